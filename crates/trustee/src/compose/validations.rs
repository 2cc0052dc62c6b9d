//! Checks that the trustee answers alone: addresses, because they are private, and domains, because tenants are its
//! own.

use edge::{Request, Response, StatusCode};
use kernel::{Code, Problem};

use crate::gateway::{Gateway, address_of, country_of};
use contract::route::Params;

impl Gateway {
    /// Whether an address can be right. The address leaves the trustee zone neither now nor later.
    pub(crate) fn validate_address(
        &self,
        spec: &contract::Spec,
        request: &Request,
    ) -> Result<Response, Problem> {
        let body = Self::body(spec, request)?;
        let rules = country_of(&body, &self.profile)?;
        commerce::customer::check_address(&address_of(&body), rules)?;
        Ok(Response::empty(StatusCode::OK))
    }

    /// 200: the domain is taken. 404: it is free.
    pub(crate) async fn check_domain(&self, params: &Params<'_>) -> Result<Response, Problem> {
        let taken = self.directory.is_taken(&domain_of(params.get("domain"))?).await?;
        Ok(Response::empty(if taken { StatusCode::OK } else { StatusCode::NOT_FOUND }))
    }

    /// Whether a prefix is free under the cloud's own suffix.
    pub(crate) async fn check_domain_prefix(&self, params: &Params<'_>) -> Result<Response, Problem> {
        let prefix = commerce::customer::DomainPrefix::parse(params.get("domain-prefix").unwrap_or(""))?;
        let taken = self.directory.is_taken(&prefix.domain(&self.profile.tenant_domain)).await?;
        Ok(Response::json(StatusCode::OK, if taken { "false" } else { "true" }))
    }
}

fn domain_of(given: Option<&str>) -> Result<String, Problem> {
    let domain = given.unwrap_or("").trim().trim_end_matches('.').to_lowercase();
    let plain = domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    if domain.is_empty() || domain.len() > 253 || !plain {
        return Err(Problem::new(
            400,
            Code(800_002),
            "bad_domain",
            "The domain in the path is not a host name.",
        ));
    }
    Ok(domain)
}
