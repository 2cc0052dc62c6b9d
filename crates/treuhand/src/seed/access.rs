//! `access.json`: the demo world's roots and accounts, for scripts and people. Mode 0600; demo worlds only.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::trustee_folder::write_private;

/// Where the two zones answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Roots {
    /// Scheme and authority of the partner API and the portal.
    pub api_root: String,
    /// Scheme and authority of the token endpoints; the same origin.
    pub authority: String,
    /// Scheme and authority of the operator zone.
    pub operator_root: String,
}

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// Where to call.
    #[serde(flatten)]
    pub roots: Roots,
    /// Partners with an app and people.
    pub partners: Vec<PartnerAccess>,
    /// Customers with their first administrators.
    pub customers: Vec<CustomerAccess>,
    /// The operator's people.
    pub operator_staff: Vec<PersonAccess>,
    /// The trustee's officers.
    pub trustee_officers: Vec<PersonAccess>,
    /// Who inspects.
    pub auditors: Vec<PersonAccess>,
}

/// One partner.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerAccess {
    /// The company.
    pub name: String,
    /// `direct`, `indirect-provider`, `indirect-reseller` or `sandbox`.
    pub kind: String,
    /// Its tenant and account.
    pub tenant_id: String,
    /// Its first domain.
    pub domain: String,
    /// Its app.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: String,
    /// Its people.
    pub users: Vec<PersonAccess>,
}

/// One person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonAccess {
    /// What the person signs in with.
    pub user_name: String,
    /// The password.
    pub password: String,
    /// The person's roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The private key, in OpenSSH's form, of those who sign requests, decisions and uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_key: Option<String>,
}

/// One customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerAccess {
    /// The partner's name.
    pub partner: String,
    /// Its tenant.
    pub tenant_id: String,
    /// Its first domain.
    pub domain: String,
    /// Its first administrator.
    pub admin: PersonAccess,
}

impl Access {
    /// The file of a data folder.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not an access file", path.display()))
    }

    /// Writes the file, for its owner alone.
    pub fn write(&self, path: &Path) -> Result<()> {
        write_private(path, &serde_json::to_vec_pretty(self)?)
    }

    /// The accounts of a world that now answers at `roots`; the file follows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reached_at(mut self, roots: &Roots, path: &Path) -> Result<Self> {
        if self.roots != *roots {
            self.roots = roots.clone();
            self.write(path)?;
        }
        Ok(self)
    }

    /// One line per account, for people.
    pub fn lines(&self) -> Vec<String> {
        let person = |what: &str, person: &PersonAccess| {
            format!("{what:<34} {:<44} {}", person.user_name, person.password)
        };
        let partners = self.partners.iter().flat_map(|partner| {
            let what = format!("{} ({})", partner.name, partner.kind);
            partner.users.iter().map(move |user| person(&what, user))
        });
        let customers = self
            .customers
            .iter()
            .map(|customer| person(&format!("customer of {}", customer.partner), &customer.admin));
        let staff = self.operator_staff.iter().map(|one| person("operator staff", one));
        let officers = self.trustee_officers.iter().map(|one| person("trustee officer", one));
        let auditors = self.auditors.iter().map(|one| person("auditor", one));
        partners.chain(customers).chain(staff).chain(officers).chain(auditors).collect()
    }
}
