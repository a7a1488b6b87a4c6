use std::sync::Arc;
use std::time::Duration;

use super::{Act, Callee};
use crate::directory::Directory;
use crate::mind::Mind;
use crate::person::{Common, Person};

const STEP: Duration = Duration::from_millis(10);

/// One line, at whose other end the test speaks.
struct Line {
    callee: Callee,
    now: Duration,
}

impl Line {
    fn to(name: &str) -> Self {
        let directory = Directory::read().unwrap();
        let number = directory.people().find(|person| person.name == name).unwrap().number.clone();
        Self::with(Mind::new(directory.who(&number), 1, &number, 0), Duration::ZERO)
    }

    fn with(mind: Mind, patience_min: Duration) -> Self {
        let mut callee = Callee::new(mind, patience_min);
        callee.connected(Duration::ZERO);
        Self { callee, now: Duration::ZERO }
    }

    fn say(&mut self, text: &str) {
        self.callee.told(text, true, true, self.now);
    }

    /// What comes next, however long it takes.
    fn next(&mut self) -> Act {
        loop {
            if let Some(act) = self.callee.poll(self.now) {
                return act;
            }
            let wake = self.callee.wake().expect("nothing will ever happen");
            self.now = wake.max(self.now + STEP);
        }
    }

    fn next_words(&mut self) -> String {
        loop {
            match self.next() {
                Act::Say(text) => return text,
                Act::Heard(_) => {}
                act @ (Act::Interrupt { .. } | Act::Press(_) | Act::HangUp) => panic!("{act:?}"),
            }
        }
    }
}

#[test]
fn she_greets_within_a_second_and_answers_after_a_moment() {
    let mut line = Line::to("restaurant");
    assert!(line.next_words().contains("Olive Garden"));
    assert!(line.now <= Duration::from_secs(1));
    let said = line.now;
    line.say("Is a table available?");
    assert_eq!(line.next(), Act::Heard("Is a table available?".to_owned()));
    let heard = line.now;
    assert!(heard >= said + Duration::from_millis(1300), "21 characters take longer");
    assert!(line.next_words().starts_with("Yes"));
    assert!(line.now >= heard + Duration::from_millis(600), "she did not think");
}

#[test]
fn she_hears_the_caller_out_before_she_answers_all_of_it() {
    let mut line = Line::to("restaurant");
    line.next_words();
    line.say("I have a question.");
    assert_eq!(line.next(), Act::Heard("I have a question.".to_owned()));
    line.say("What are your hours?");
    assert_eq!(line.next(), Act::Heard("What are your hours?".to_owned()));
    assert!(line.next_words().contains("11am to 10pm"));
}

#[test]
fn a_text_that_is_not_finished_is_not_answered() {
    let mut line = Line::to("generic");
    line.next_words();
    line.callee.told("What are ", false, true, line.now);
    line.callee.told("your hours?", true, true, line.now + Duration::from_millis(500));
    assert_eq!(line.next(), Act::Heard("What are your hours?".to_owned()));
}

#[test]
fn after_a_farewell_she_hangs_up() {
    let mut line = Line::to("generic");
    line.next_words();
    line.say("Thank you, goodbye!");
    line.next_words();
    assert_eq!(line.next(), Act::HangUp);
    assert_eq!(line.callee.wake(), None);
}

#[test]
fn when_nobody_speaks_she_asks_twice_and_hangs_up() {
    let mut line = Line::to("generic");
    line.next_words();
    assert_eq!(line.next_words(), "Hello?");
    assert_eq!(line.next_words(), "Hello? Is anybody there?");
    assert_eq!(line.next(), Act::HangUp);
}

#[test]
fn a_machine_beeps_after_its_greeting_and_records_until_it_is_quiet() {
    let mut line = Line::to("voicemail");
    let beeps = line.callee.beeps_at();
    assert!(line.next_words().contains("after the tone"));
    assert!(line.now < beeps);
    line.say("Please call back.");
    assert_eq!(line.next(), Act::Heard("Please call back.".to_owned()));
    assert_eq!(line.next(), Act::HangUp);
}

#[test]
fn somebody_silent_hears_everything_and_says_nothing() {
    let mut line = Line::to("silent");
    line.say("Hello?");
    assert_eq!(line.next(), Act::Heard("Hello?".to_owned()));
    assert_eq!(line.next(), Act::HangUp);
    assert!(line.now > Duration::from_mins(2));
}

#[test]
fn an_impatient_person_interrupts_once_and_only_what_may_be_interrupted() {
    let long = "Hello, this is a long text which goes on and on and on, and which could have been said in two words.";
    let mut line = Line::to("interrupts");
    line.next_words();
    line.callee.told(long, true, false, line.now);
    assert_eq!(line.next(), Act::Heard(long.to_owned()));
    line.next_words();
    line.say(long);
    let Act::Heard(heard) = line.next() else { panic!("she did not listen") };
    assert!(heard.len() < long.len() && long.starts_with(&heard), "{heard}");
    let Act::Interrupt { heard: until, after } = line.next() else { panic!("she did not interrupt") };
    assert_eq!(until, heard);
    assert!(after >= Duration::from_millis(2500));
    line.next_words();
    line.say(long);
    assert_eq!(line.next(), Act::Heard(long.to_owned()));
}

#[test]
fn on_a_line_that_comes_back_she_goes_on() {
    let mut line = Line::to("restaurant");
    line.next_words();
    line.say("What are your");
    line.callee.connected(line.now);
    line.say("Sorry, what are your hours?");
    assert_eq!(line.next(), Act::Heard("Sorry, what are your hours?".to_owned()));
    assert!(line.next_words().contains("10pm"));
}

/// Somebody who is in no directory.
fn stranger(more: &str) -> Mind {
    let text = format!(
        "number: \"+14155550150\"\nname: stranger\nwho: Stranger\ndescription: somebody\npicks_up: answers\n\
         call_status: success\nprovider_status: completed\ncommon: false\n{more}"
    );
    let nothing: Common = crate::person::read("answers: []\notherwise: {}").unwrap();
    Mind::new(Arc::new(Person::read(&text, &Arc::new(nothing)).unwrap()), 1, "+14155550150", 0)
}

#[test]
fn somebody_presses_keys_instead_of_speaking() {
    let answer = r#"answers: [{ to: ["press one"], say: [], keys: "1#" }]"#;
    let mut line = Line::with(stranger(answer), Duration::ZERO);
    line.say("If you want to confirm, press one.");
    assert_eq!(line.next(), Act::Heard("If you want to confirm, press one.".to_owned()));
    assert_eq!([line.next(), line.next()], [Act::Press('1'), Act::Press('#')]);
}

#[test]
fn nobody_loses_patience_with_an_application_that_is_slower_than_the_network() {
    let patience_min = Duration::from_mins(3);
    let mut line = Line::with(stranger(""), patience_min);
    line.next_words();
    assert!(line.now > patience_min);
}

#[test]
fn a_menu_hears_keys_and_no_words_until_somebody_comes() {
    let mut line = Line::to("menu");
    assert!(line.next_words().contains("press 2"));
    line.say("Hello, do you have a table?");
    assert_eq!(line.next(), Act::Heard("Hello, do you have a table?".to_owned()));
    assert!(line.next_words().contains("press 2"), "it reads its choices again");
    for (key, says) in [('9', None), ('2', Some("press 1")), ('2', Some("Please hold"))] {
        line.callee.pressed(key, line.now);
        if let Some(says) = says {
            assert!(line.next_words().contains(says), "{key}");
        }
    }
    line.say("Do you have a table?");
    assert_eq!(line.next(), Act::Heard("Do you have a table?".to_owned()));
    assert!(line.next_words().contains("Ana"), "who comes has not heard what was said before");
    line.say("Do you have a table?");
    assert!(line.next_words().contains("Yes"));
}

#[test]
fn whoever_is_on_hold_hears_announcements_and_then_a_person() {
    let mut line = Line::to("holds");
    let said: Vec<_> = (0..4).map(|_| line.next_words()).collect();
    assert!(said[0].contains("please hold") && said[1] == said[2] && said[3].contains("how can I help"), "{said:?}");
    assert!(line.now > Duration::from_secs(38), "she takes her time");
    line.say("What are your hours?");
    let hours = line.next_words();
    assert!(hours.contains("9am") || hours.contains("Nine"), "{hours}");
}
