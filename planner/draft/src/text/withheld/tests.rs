//! What is taken out of a prompt, and what is not.

use crate::text::Text;

#[test]
fn what_is_not_to_be_said_is_taken_out_and_the_rest_stays() {
    let cases = [
        (
            "Tell Ann the parcel is with the neighbour, don't tell them it was me.",
            "Tell Ann the parcel is with the neighbour.",
        ),
        ("Don't say who it's from but ask if they deliver.", "ask if they deliver."),
        (
            "Ask Nobu for a table for 2, and please don't mention my name, just book it.",
            "Ask Nobu for a table for 2, just book it.",
        ),
        ("Order flowers for Mum as a surprise, paid by card.", "Order flowers for Mum, paid by card."),
        ("Order flowers for Mum without saying who sent them, by Friday.", "Order flowers for Mum, by Friday."),
        (
            "Book a table for Ann's birthday on Friday. It's a surprise so keep it quiet.",
            "Book a table for Ann's birthday on Friday.",
        ),
        ("Tell Ann I can't come. Between us, I'm leaving Tom.", "Tell Ann I can't come."),
        ("Tell Ann I can't come, the party was a bore, but don't tell her that.", "Tell Ann I can't come."),
        ("Cancel my 3pm at Nobu, if they ask why, don't tell them I'm ill.", "Cancel my 3pm at Nobu."),
        (
            "Call Nobu and ask, without letting them know it's for Ann, whether they do cakes.",
            "Call Nobu and ask, whether they do cakes.",
        ),
        ("Make sure you never reveal the price. Book Nobu.", "Book Nobu."),
        ("I don't want them to know I'm moving, so just ask for the notice period.", "just ask for the notice period."),
        ("My name's Ann Perry, keep that confidential. Ask Nobu if they do cakes.", "Ask Nobu if they do cakes."),
        ("Ask for Bo; do not, under any circumstances, mention Ann.", "Ask for Bo;"),
        ("Ask when it opens, she mustn't find out. Thanks, Bo", "Ask when it opens. Thanks, Bo"),
        ("Ask when it opens, no one should know. Thanks, Bo", "Ask when it opens. Thanks, Bo"),
        ("Ask when it opens, they are not to know. Thanks, Bo", "Ask when it opens. Thanks, Bo"),
        (
            "how much for a door and could it be done in a day, don't tell them it was me lol. Becky",
            "how much for a door and could it be done in a day. Becky",
        ),
    ];
    let read = cases.map(|(prompt, _)| Text::read(prompt).line().to_owned());
    assert_eq!(read.each_ref().map(String::as_str), cases.map(|(_, told)| told));
    assert!(cases.iter().all(|(prompt, _)| Text::read(prompt).whole() == *prompt));
}

#[test]
fn what_forbids_the_caller_nothing_stays() {
    for prompt in [
        "Ask the florist not to mention the price on the card.",
        "We don't say no to a window seat.",
        "The tickets don't say which gate it is.",
        "Book a surprise party for Ann.",
        "Split the bill between us four.",
        "Tell Bo \"don't tell anyone, but we won\".",
        "Ask Ann's secretary for a quiet table.",
        "Don't book anything after 5.",
        "Book Nobu for 2, they should know my name, and she must know by 7pm.",
        "they is know 7pm - Cancel +1 Book",
    ] {
        let text = Text::read(prompt);
        assert_eq!(text.line(), prompt);
    }
}
