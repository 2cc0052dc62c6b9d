use super::*;
use jiff::civil::date;

const OFFERS: &str = GERMANY.offers;
const CATEGORIES: &str = GERMANY.categories;
const PRICES: &str = GERMANY.prices;
const E3: &str = "a913c927-0bc9-419a-9379-ff8100e2c1f7";

fn germany() -> Catalogue {
    Catalogue::parse(&GERMANY).expect("the German catalogue")
}

fn country(code: &str) -> Country {
    code.parse().expect("a country")
}

#[test]
fn the_german_catalogue_is_whole_and_marked_as_a_sample() {
    let germany = germany();
    assert!(germany.sample);
    assert_eq!((germany.offers().len(), germany.categories().len(), germany.prices().len()), (24, 6, 228));
    for text in [OFFERS, PRICES] {
        assert!(
            text.lines().take(2).any(|line| line.contains("SAMPLE DATA")),
            "the header says what this is"
        );
    }
}

#[test]
fn every_german_price_is_about_a_quarter_dearer_than_the_worldwide_one() {
    for price in germany().prices() {
        let uplift = price.partner / price.worldwide;
        let (least, most) = (Decimal::new(120, 2), Decimal::new(130, 2));
        assert!(least < uplift && uplift < most, "{price:?}");
        assert!(price.retail > price.partner, "{price:?}");
    }
}

#[test]
fn offers_come_on_sale_on_their_day_to_their_accounts() {
    let germany = germany();
    let on_sale = |day, sandbox| {
        germany.on_sale(country("AT"), day, sandbox).map(|offer| offer.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(on_sale(date(2016, 9, 20), false), Vec::<String>::new());
    assert_eq!(on_sale(date(2016, 9, 21), false), ["MS-AZR-DE-0145P"]);
    assert_eq!(on_sale(date(2016, 9, 21), true), ["MS-AZR-DE-0146P"]);
    assert_eq!(on_sale(date(2017, 6, 30), false).len(), 16);
    assert_eq!(on_sale(date(2018, 4, 18), false).len(), 23);
}

#[test]
fn prices_follow_the_calendar() {
    let germany = germany();
    let e3 = &germany.find(&E3.to_ascii_uppercase()).expect("offers are found in any case").id;
    let price =
        |day, cycle| germany.price(e3, Currency::Eur, cycle, day).map(|price| price.partner.to_string());
    assert_eq!(price(date(2018, 6, 30), BillingCycle::Monthly).as_deref(), Some("24.63"));
    assert_eq!(price(date(2018, 7, 1), BillingCycle::Monthly).as_deref(), Some("25.61"));
    assert_eq!(price(date(2018, 6, 30), BillingCycle::Annual).as_deref(), Some("295.56"));
    assert_eq!(price(date(2017, 1, 23), BillingCycle::Monthly), None);
    assert_eq!(price(date(2018, 6, 30), BillingCycle::None), None);
    assert_eq!(germany.add_ons_of(e3).count(), 2);
}

#[test]
fn texts_come_in_three_languages() {
    let germany = germany();
    let text = &germany.category("small_business").expect("a category").name;
    assert_eq!(
        [text.get("de-AT"), text.get("FR"), text.get("sv-SE"), text.get("")].map(str::len),
        [16, 17, 14, 14]
    );
}

/// Breaks one of the files and tells what the import says.
fn broken(file: &str, from: &str, to: &str) -> Vec<String> {
    let change = |name: &str, text: &str| {
        if name == file {
            assert!(text.contains(from), "{from} is not in {file}");
            text.replacen(from, to, 1)
        } else {
            text.to_owned()
        }
    };
    let (offers, categories, prices) =
        (change("offers", OFFERS), change("categories", CATEGORIES), change("prices", PRICES));
    let result = Catalogue::parse(&Sources { offers: &offers, categories: &categories, prices: &prices });
    result.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn mistakes_are_told_with_file_and_line_and_nothing_is_imported() {
    let cases = [
        ("offers", "rank = 10\n", "rank = 10\ncolour = 1\n", "offers.toml:24: unknown field `colour`"),
        (
            "offers",
            "\"2017-01-24\"",
            "\"24.1.2017\"",
            "offers.toml:8: available_from '24.1.2017' is not a date",
        ),
        (
            "offers",
            "small_business",
            "tiny_business",
            "offers.toml:8: category 'tiny_business' does not exist",
        ),
        ("offers", "[1, 300]", "[0, 300]", "offers.toml:8: quantity must be"),
        ("offers", "[\"monthly\", \"annual\"]", "[]", "offers.toml:8: cycles must name"),
        ("offers", E3, "a913c927-0bc9-419a-9379-ff8100e2c1f8", "offers.toml"),
        ("categories", "rank = 10", "rank = -1", "categories.toml:6: invalid value"),
        ("prices", ",EUR,", ",USD,", "prices.csv:6: 'USD' is not a currency"),
        ("prices", ",5.25,", ",5.2.5,", "prices.csv:6: partner '5.2.5' is not a decimal number"),
        ("prices", ",5.25,", ",0,", "prices.csv:6: partner must be more than nothing"),
        ("prices", ",5.25,", ",7.25,", "prices.csv:6: the suggested retail price is below"),
        ("prices", ",5.25,6.18,", ",5.25,", "prices.csv:6: has 7 columns, the header has 8"),
        ("prices", "monthly,2017-01-24", "weekly,2017-01-24", "prices.csv:6: unknown variant `weekly`"),
        ("prices", "2017-01-24", "2017-01-25", "has no EUR price for the monthly cycle on its first day"),
        ("prices", "2018-06-30", "2018-07-01", "must begin on the day after"),
    ];
    for (file, from, to, expected) in cases {
        let told = broken(file, from, to);
        assert!(told.iter().any(|line| line.contains(expected)), "{from} -> {to}: {told:#?}");
    }
}
