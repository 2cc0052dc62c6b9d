//! One's own account.

use contract::resources::trustee::{PasswordChange, TenantUser};
use kernel::Problem;
use zeroize::Zeroizing;

use super::desk::{Desk, required};
use super::users;

/// What one sees of oneself.
pub(super) async fn get(desk: &Desk<'_>, (): ()) -> Result<TenantUser, Problem> {
    desk.identity.own_user(desk.caller()?).await.map(users::shown)
}

/// One's own new password.
pub(super) async fn change_password(desk: &Desk<'_>, asked: PasswordChange) -> Result<(), Problem> {
    let old = Zeroizing::new(required(asked.current_password, "currentPassword")?);
    let new = Zeroizing::new(required(asked.new_password, "newPassword")?);
    let user = desk.identity.own_user(desk.caller()?).await?;
    desk.identity.change_password(user.id, old, new).await
}
