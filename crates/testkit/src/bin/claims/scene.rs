//! Where the flows are played: on both zones in this process, or on two programs of two users in two networks.

use anyhow::Result;
use testkit::{Ask, Reply};
use treuhand::seed::{Access, PersonAccess};

use crate::canary::Aviary;

/// The tokens of those who play.
#[derive(Clone)]
pub struct Tokens {
    /// The rightful partner's app.
    pub app: String,
    /// The rightful partner's administrator.
    pub admin: String,
    /// Another partner's app.
    pub other: String,
    /// One of the operator's people.
    pub staff: String,
}

/// A place with both zones and the demo world in it.
pub trait Scene {
    /// Everything planted.
    fn aviary(&mut self) -> &mut Aviary;
    /// The accounts of the demo world.
    fn access(&self) -> &Access;
    /// Who plays.
    fn tokens(&self) -> Tokens;
    /// Makes a call of the gateway under attack.
    async fn call(&mut self, token: &str, ask: Ask) -> Reply;
    /// Makes a call of a gateway that lacks no control.
    async fn sound(&mut self, token: &str, ask: Ask) -> Reply;
    /// A token of one of the operator's people.
    async fn staff_token(&mut self, person: &PersonAccess) -> Result<String>;
    /// A token of the first person of a new company, which is no partner yet.
    async fn applicant(&mut self, label: &str) -> Result<String>;
    /// A token of a new admin agent of the rightful partner.
    async fn agent(&mut self, login: &str) -> Result<String>;
    /// Called after each part of the flows.
    fn after(&mut self, _part: &str) -> Result<()> {
        Ok(())
    }
}
