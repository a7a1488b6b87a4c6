//! Who lives at which number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::person::{BadPerson, Common, Person};

/// What every cooperating person can say.
const COMMON: &str = include_str!("../people/common.toml");

/// One line for each person.
const PEOPLE: [&str; 16] = [
    include_str!("../people/restaurant.toml"),
    include_str!("../people/doctor.toml"),
    include_str!("../people/shop.toml"),
    include_str!("../people/generic.toml"),
    include_str!("../people/busy.toml"),
    include_str!("../people/no_answer.toml"),
    include_str!("../people/bad_number.toml"),
    include_str!("../people/voicemail.toml"),
    include_str!("../people/hangs_up.toml"),
    include_str!("../people/silent.toml"),
    include_str!("../people/opts_out.toml"),
    include_str!("../people/opts_out_and_leaves.toml"),
    include_str!("../people/declines.toml"),
    include_str!("../people/refused.toml"),
    include_str!("../people/interrupts.toml"),
    include_str!("../people/rejects.toml"),
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
        let common: Common = toml::from_str(COMMON).map_err(BadPerson::Unreadable)?;
        let common = Arc::new(common);
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
            files.filter(|path| path.extension().is_some_and(|kind| kind == "toml") && !path.ends_with("common.toml"));
        assert_eq!(people.count(), PEOPLE.len());
    }
}
