//! The German catalogue and a few ids, for the tests of this crate.

use kernel::{OrderId, SubscriptionId};

use crate::catalogue::{Catalogue, GERMANY};

pub(crate) const ESSENTIALS: &str = "90bbd10a-d22f-4d4a-a001-7073ef84ac6a";
pub(crate) const E1: &str = "354557c3-f2f0-49be-bb70-28f4ada4c5de";
pub(crate) const E3: &str = "a913c927-0bc9-419a-9379-ff8100e2c1f7";
pub(crate) const ARCHIVING: &str = "fa31253d-ad95-4b38-be90-d6bef4cb4987";
pub(crate) const TRIAL_E3: &str = "16933175-5403-4b5d-8dcc-caf51abd7a41";
pub(crate) const SALES: &str = "023037b3-bf69-4fc0-8ccc-19f16ebc7a8b";
pub(crate) const AZURE: &str = "MS-AZR-DE-0145P";

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::parse(&GERMANY).expect("the German catalogue")
}

pub(crate) fn subscription_id(number: u32) -> SubscriptionId {
    format!("00000000-0000-4000-8000-{number:012}").parse().expect("a GUID")
}

pub(crate) fn order_id() -> OrderId {
    "order-1".parse().expect("an order id")
}
