//! Who lives at which number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::person::{self, BadPerson, Common, Person};

/// What every cooperating person can say.
const COMMON: &str = include_str!("../people/common.yaml");

/// One line for each person.
const PEOPLE: [&str; 36] = [
    include_str!("../people/restaurant.yaml"),
    include_str!("../people/doctor.yaml"),
    include_str!("../people/shop.yaml"),
    include_str!("../people/generic.yaml"),
    include_str!("../people/busy.yaml"),
    include_str!("../people/no_answer.yaml"),
    include_str!("../people/bad_number.yaml"),
    include_str!("../people/voicemail.yaml"),
    include_str!("../people/hangs_up.yaml"),
    include_str!("../people/silent.yaml"),
    include_str!("../people/opts_out.yaml"),
    include_str!("../people/opts_out_and_leaves.yaml"),
    include_str!("../people/declines.yaml"),
    include_str!("../people/refused.yaml"),
    include_str!("../people/interrupts.yaml"),
    include_str!("../people/rejects.yaml"),
    include_str!("../people/menu.yaml"),
    include_str!("../people/screens.yaml"),
    include_str!("../people/holds.yaml"),
    include_str!("../people/chatty.yaml"),
    include_str!("../people/hostile.yaml"),
    include_str!("../people/corrects.yaml"),
    include_str!("../people/changes_mind.yaml"),
    include_str!("../people/asks_if_robot.yaml"),
    include_str!("../people/transfers.yaml"),
    include_str!("../people/spanish.yaml"),
    include_str!("../people/picks_up_late.yaml"),
    include_str!("../people/wrong_number.yaml"),
    include_str!("../people/lost_answer.yaml"),
    include_str!("../people/server_error.yaml"),
    include_str!("../people/throttles.yaml"),
    include_str!("../people/slow_answer.yaml"),
    include_str!("../people/unruly_webhooks.yaml"),
    include_str!("../people/drops_socket.yaml"),
    include_str!("../people/thinks_again.yaml"),
    include_str!("../people/stubborn.yaml"),
];

/// The name of whoever stands for everybody who is not in the directory.
const ANYBODY: &str = "generic";

pub(crate) struct Directory {
    people: BTreeMap<String, Arc<Person>>,
    anybody: Arc<Person>,
}

impl Directory {
    /// # Errors
    /// Names what is wrong in which file.
    pub(crate) fn read() -> Result<Self, BadPerson> {
        let common: Arc<Common> = Arc::new(person::read(COMMON)?);
        let mut people = BTreeMap::new();
        for text in PEOPLE {
            let person = Arc::new(Person::read(text, &common)?);
            people.insert(person.number.clone(), person);
        }
        let anybody = people.values().find(|person| person.name == ANYBODY).cloned();
        Ok(Self { people, anybody: anybody.ok_or(BadPerson::NobodyAtAll)? })
    }

    pub(crate) fn who(&self, number: &str) -> Arc<Person> {
        self.people.get(number).unwrap_or(&self.anybody).clone()
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Directory, PEOPLE};

    #[test]
    fn everybody_can_be_read_and_has_a_number_and_a_name_of_her_own() {
        let directory = Directory::read().unwrap_or_else(|bad| panic!("{bad}: {:?}", std::error::Error::source(&bad)));
        assert_eq!(directory.people().count(), PEOPLE.len());
        let names: BTreeSet<_> = directory.people().map(|person| &person.name).collect();
        assert_eq!(names.len(), PEOPLE.len());
        for person in directory.people() {
            assert!(person.number.starts_with("+141555501") && person.number.len() == 12, "{}", person.name);
        }
    }

    #[test]
    fn every_number_is_documented() {
        let readme = include_str!("../people/README.md");
        for person in Directory::read().unwrap().people() {
            let row = format!("| `{}` | `{}` | {} |", person.number, person.name, person.description);
            assert!(readme.contains(&row), "people/README.md has no row {row}");
        }
    }

    #[test]
    fn whoever_is_not_in_the_directory_cooperates() {
        let directory = Directory::read().unwrap();
        assert_eq!(directory.who("+442071838750").name, "generic");
        assert_eq!(directory.who("+14155550104").name, "busy");
    }

    #[test]
    fn every_file_is_in_the_directory() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/people");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let people =
            files.filter(|path| path.extension().is_some_and(|kind| kind == "yaml") && !path.ends_with("common.yaml"));
        assert_eq!(people.count(), PEOPLE.len());
    }
}
