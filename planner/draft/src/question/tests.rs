use proto::workflow::FieldKind;

use super::questions;
use crate::act::acts;
use crate::text::Text;

fn asked(prompt: &str) -> Vec<(String, String, FieldKind)> {
    let text = Text::read(prompt);
    let claimed = vec![false; text.len()];
    acts(&text)
        .iter()
        .flat_map(|act| questions(&text, act, &claimed, None))
        .map(|(field, _)| (field.name, field.question.into_exposed(), field.kind))
        .collect()
}

#[test]
fn each_wish_to_know_becomes_a_question_that_can_be_asked() {
    type Asked = (&'static str, &'static str, FieldKind);
    let cases: &[(&str, &[Asked])] = &[
        (
            "Ask about store hours and if they have size 10 Nike Air Max in stock",
            &[
                ("store_hours", "What are your store hours?", FieldKind::Text),
                ("in_stock", "Do you have size 10 Nike Air Max in stock?", FieldKind::Boolean),
            ],
        ),
        ("Find out if they're open on Sunday", &[("open", "Are you open on Sunday?", FieldKind::Boolean)]),
        ("Ask what time they close", &[("close_time", "What time do you close?", FieldKind::Time)]),
        ("Ask how much a haircut costs", &[("price", "How much does a haircut cost?", FieldKind::Money)]),
        ("Ask their return policy", &[("return_policy", "What is your return policy?", FieldKind::Text)]),
        (
            "Ask if the car is ready and what the total is",
            &[
                ("car_ready", "Is the car ready?", FieldKind::Boolean),
                ("total", "What is the total?", FieldKind::Money),
            ],
        ),
        (
            "Ask about parking, vegan options and the price of the lunch menu",
            &[
                ("parking", "Could you tell me about parking?", FieldKind::Text),
                ("vegan_options", "What are your vegan options?", FieldKind::Text),
                ("price_lunch_menu", "What is the price of the lunch menu?", FieldKind::Money),
            ],
        ),
        ("Do you take walk-ins?", &[("take", "Do you take walk-ins?", FieldKind::Boolean)]),
        ("When are they open on Mondays?", &[("open", "When are you open on Mondays?", FieldKind::Text)]),
        ("Check whether my order has arrived", &[("order_arrived", "Has our order arrived?", FieldKind::Boolean)]),
        (
            "Find out their store hours and whether size 10 Nike Air Max is in stock",
            &[
                ("store_hours", "What are your store hours?", FieldKind::Text),
                ("in_stock", "Is size 10 Nike Air Max in stock?", FieldKind::Boolean),
            ],
        ),
        (
            "Inquire about prices for a haircut and beard trim",
            &[("prices_haircut_beard_trim", "What are your prices for a haircut and beard trim?", FieldKind::Money)],
        ),
        ("Ask something", &[]),
    ];
    for (prompt, expected) in cases {
        let expected: Vec<_> =
            expected.iter().map(|(name, question, kind)| ((*name).into(), (*question).into(), kind.clone())).collect();
        assert_eq!(asked(prompt), expected, "{prompt}");
    }
}
