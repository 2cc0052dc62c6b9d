//! Identity as the gateway's directory: customers' tenants are opened, asked for again, and closed.

use super::*;
use crate::ports::{Directory, NewCustomer};

fn customer(domain: &str) -> NewCustomer {
    NewCustomer {
        tenant: TenantId(Uuid::from_u128(0xc0)),
        domain: format!("{domain}.onmicrosoft.de"),
        company: "Muster GmbH".to_owned(),
        country: "DE".to_owned(),
    }
}

impl World {
    async fn opens(&self, customer: NewCustomer) -> Result<(String, Zeroizing<String>), (u16, &'static str)> {
        let opened = self.identity.open_customer(customer).await;
        opened
            .map(|first| (first.user_name, first.password))
            .map_err(|problem| (problem.status, problem.slug))
    }

    async fn lets_in(&self, (name, password): &(String, Zeroizing<String>)) -> bool {
        self.identity.verify_password(None, name, password.clone()).await.expect("checked").is_ok()
    }
}

#[tokio::test]
async fn a_customer_is_opened_once_and_closed_for_good() {
    let world = World::new().await;
    let identity = &world.identity;
    assert_eq!(world.opens(customer("contoso")).await.err(), Some((400, "domain_taken")));
    assert!(!identity.is_taken("muster.onmicrosoft.de").await.expect("read"));
    let first = world.opens(customer("muster")).await.expect("opened");
    assert_eq!(first.0, "admin@muster.onmicrosoft.de");
    assert!(identity.is_taken("MUSTER.onmicrosoft.de").await.expect("read"));
    assert!(world.lets_in(&first).await);

    let again = world.opens(customer("muster")).await.expect("opened");
    assert_eq!(again.0, first.0, "the same administrator");
    assert!(world.lets_in(&again).await && !world.lets_in(&first).await, "with a new password");
    assert_eq!(world.opens(customer("anders")).await.err(), Some((409, "request_id_reused")));

    let id = customer("muster").tenant;
    identity.close_customer(id).await.expect("closed");
    assert!(!world.lets_in(&again).await);
    assert!(!identity.is_taken("muster.onmicrosoft.de").await.expect("read"), "the domain is free");
    assert_eq!(world.opens(customer("muster")).await.err(), Some((409, "request_id_reused")));
    let reopened = identity.set_tenant_active(id, true).await.err().map(|problem| problem.slug);
    assert_eq!(reopened, Some("tenant_closed"));
    let other = NewCustomer { tenant: TenantId(Uuid::from_u128(0xc1)), ..customer("muster") };
    assert!(world.lets_in(&world.opens(other).await.expect("opened")).await);
}

#[tokio::test]
async fn closing_ends_tokens_and_takes_customers_only() {
    let world = World::new().await;
    let (partner, kunde) = (world.homes["contoso"].id, world.homes["kunde"].id);
    let (admin, customer) = (world.token("admin").await, world.token("customer").await);
    for token in [&admin, &customer] {
        assert_eq!(world.send(token, call("get-own-user")).await.status, 200);
    }
    for tenant in [partner, kunde, TenantId(Uuid::nil())] {
        world.identity.close_customer(tenant).await.expect("nothing to complain about");
    }
    assert_eq!(world.send(&admin, call("get-own-user")).await.status, 200, "a partner is no customer");
    let gone = world.send(&customer, call("get-own-user")).await;
    assert_eq!((gone.status, gone.slug()), (401, "token_revoked"));
}

#[tokio::test]
async fn names_are_filled_in_for_ones_own_tenant_only() {
    let world = World::new().await;
    let (contoso, fabrikam) = (world.homes["contoso"].id, world.homes["fabrikam"].id);
    let user = world.resident("contoso", person("anna", &[])).await;
    for (tenant, user, want) in [
        (contoso, user, Some("anna@contoso.onmicrosoft.de")),
        (fabrikam, user, None),
        (contoso, UserId(Uuid::nil()), None),
    ] {
        let name = Directory::user_name(&*world.identity, tenant, user).await.expect("read");
        assert_eq!(name.as_deref(), want);
    }
}
