//! Which words of a prompt say something: a stranger can do nothing with the others.

use std::sync::LazyLock;

use crate::table::Words;
use crate::text::{Text, owner};

/// Words of every briefing, and those that point to what only its author knows.
const EMPTY: &str = "a an the and or but if so to for on at in of by with from about as up out off into over than then there \
    here that this these those it its it's i i'm i'd i've i'll me my mine we we'd we're us our you your u he \
    him his she her they them their they're is are was were be been am do does did done don't have has had \
    can can't could would will should may please pls thanks thank much very really ever hi hiya hello hey ok \
    okay right sorry just only also too again yet already still now soon asap possible quickly call phone \
    ring dial contact telephone speak talk get got give make take put let know tell ask say said told find \
    see check need want like help handle deal sort sorted fix proceed go going ahead care someone somebody \
    everyone anyone people everybody person all both some any few couple more other another one ones same \
    usual thing things stuff something anything everything nothing bits lot what when where who which how \
    why whether discussed before last previous above below following note list details details, always chat \
    email per tbd nice good better bit later time best mind lose urgent important priority high task action \
    required request situation matter issue problem myself way kind well back name number file question \
    questions message appointment booking reservation order client friend book reserve schedule cancel \
    reschedule move confirm remind notify inform follow pass leave change quote estimate news update talked \
    ugh girls somewhere parties regarding place add down today advance not no yes oh cheers wondering party \
    front desk shop office restaurant mom mum dad sister brother since because job whole concerned chase \
    enquire inquire revert require quotation earliest needful kindly ye landlord boss manager flat house \
    testing test first they'd we've you've there's that's what's who's let's won't didn't must might via new \
    wants needs come comes keep sure doing hear heard old most answer answers conversation matters item items \
    collect clients customer customers vendor supplier whichever second third agreed upcoming default values \
    supplies purpose callee outbound contacted next step pending open reminder voicemail passing accordingly \
    attachment attached standard alternative whoever whomever whenever wherever certain particular relevant \
    respective correct proper appropriate applicable user caller recipient target param params null undefined \
    nan none unknown blank empty test example sample lorem ipsum dolor amet hmm um erm uh basically actually \
    literally honestly anyway favour favor bell shout buzz line sec second moment minute while remember told \
    mentioned promised decided explained arranged spoke spoken wrote written sent earlier recently always \
    never ever however bother hopefully wherever kinda sorta gonna wanna gotta etc regarding concerning";

static EMPTY_WORDS: LazyLock<Words> = LazyLock::new(|| EMPTY.split(' ').collect());

/// Whether the word tells something.
pub(crate) fn tells(text: &Text, at: usize) -> bool {
    if text.is_plain(at) {
        return !EMPTY_WORDS.contains(text.lower(at));
    }
    let word = bare(text.lower(at));
    word.bytes().any(|byte| byte.is_ascii_digit())
        || !(EMPTY_WORDS.contains(word) || (word != text.lower(at) && EMPTY_WORDS.contains(text.lower(at))))
}

fn bare(word: &str) -> &str {
    owner(word).trim_matches(|letter: char| !letter.is_alphanumeric())
}
