//! What a key may be used for.

use serde::Serialize;
use utoipa::ToSchema;

/// One kind of thing that a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Ask for calls, cancel them, and have their results sent again.
    Calls,
    /// Look at everything that the organization has.
    Read,
    /// Change webhooks, the do-not-call list and keys.
    Manage,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Calls, Self::Read, Self::Manage];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// What a key may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scopes {
    /// Also what is thought of later.
    All,
    Only(Vec<Scope>),
}

impl Scopes {
    pub fn allow(&self, scope: Scope) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.contains(&scope),
        }
    }

    /// Whether nothing that `other` allows is refused here.
    pub fn cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(_), Self::Only(others)) => others.iter().all(|scope| self.allow(*scope)),
        }
    }

    /// Each one by name.
    pub fn list(&self) -> Vec<Scope> {
        Scope::ALL.into_iter().filter(|scope| self.allow(*scope)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn a_key_makes_no_key_that_may_do_more() {
        let (reads, calls) = (Scopes::Only(vec![Scope::Read]), Scopes::Only(vec![Scope::Calls, Scope::Read]));
        assert!(Scopes::All.cover(&Scopes::All) && Scopes::All.cover(&reads));
        assert!(calls.cover(&reads) && calls.cover(&calls));
        assert!(!reads.cover(&calls) && !calls.cover(&Scopes::All));
    }

    #[test]
    fn words_and_scopes_belong_together() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.word()), Some(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.word());
        }
        assert_eq!(Scope::from_word("all"), None);
    }
}
