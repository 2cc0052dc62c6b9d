//! Links to operations, made out of the table so that nothing here spells a path.

use contract::operation::Operation;

/// The link to an operation, relative to the base and without `/v1`: the parameters of its path in order.
pub(crate) fn to<O: Operation>(values: &[&dyn std::fmt::Display]) -> String {
    let path = O::SPEC.path.strip_prefix("/v1").unwrap_or(O::SPEC.path);
    let mut values = values.iter();
    path.split('/').skip(1).fold(String::with_capacity(path.len() + 36), |mut link, segment| {
        link.push('/');
        match values.as_slice().first() {
            Some(value) if segment.starts_with('{') => {
                values.next();
                link.push_str(&value.to_string());
            }
            _ => link.push_str(segment),
        }
        link
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::operations as op;

    #[test]
    fn links_follow_the_table() {
        assert_eq!(to::<op::GetCustomer>(&[&"c1"]), "/customers/c1");
        assert_eq!(to::<op::GetCustomerBillingProfile>(&[&"c1"]), "/customers/c1/profiles/billing");
        assert_eq!(to::<op::ListCustomers>(&[]), "/customers");
    }
}
