//! Businesses and persons.

/// Whether the words name a business rather than a person.
pub(crate) fn is_business(name: &str) -> bool {
    const SIGNS: [&str; 24] = [
        "office",
        "clinic",
        "restaurant",
        "store",
        "shop",
        "salon",
        "hotel",
        "bank",
        "pharmacy",
        "garage",
        "center",
        "branch",
        "hospital",
        "spa",
        "gym",
        "bakery",
        "cafe",
        "bar",
        "studio",
        "dealership",
        "garden",
        "inc",
        "the",
        "dental",
    ];
    name.to_lowercase().split([' ', '.']).any(|word| SIGNS.contains(&word))
}
