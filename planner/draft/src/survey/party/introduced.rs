//! How people introduce whoever is called, and everybody else.

use std::sync::LazyLock;

use crate::survey::pattern::{Forms, Pattern, pattern};
use crate::table::Words;
use crate::text::owner;

/// What introduces somebody, the heaviest first.
pub(super) struct Phrases {
    all: Vec<Phrase>,
    /// Their numbers by each form of their last word, because it is asked what ends in front of a name.
    ending: Forms<usize>,
}

pub(super) struct Phrase {
    pub(super) weight: i32,
    pub(super) words: Pattern,
}

impl Phrases {
    fn of(table: &'static [(i32, &'static str)]) -> Self {
        let mut heavy: Vec<_> =
            table.iter().flat_map(|(weight, all)| all.split("; ").map(|one| (*weight, one))).collect();
        heavy.sort_by_key(|(weight, _)| -weight);
        let mut phrases = Self { all: Vec::new(), ending: Forms::new() };
        for (weight, words) in heavy {
            phrases.ending.add(words.rsplit(' ').next().unwrap_or_default(), phrases.all.len());
            phrases.all.push(Phrase { weight, words: pattern(words) });
        }
        phrases
    }

    /// Those that may end with the word.
    pub(super) fn ending_with(&self, word: &str) -> impl Iterator<Item = &Phrase> {
        self.ending.get(word).iter().map(|number| &self.all[*number])
    }
}

/// In front of whoever is called, and how sure that is.
pub(super) static CALLED: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(BEFORE));
/// In front of people and places that the call is about.
pub(super) static OTHERS: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(NEVER));
/// What is one word among them.
static OTHER: LazyLock<Words> =
    LazyLock::new(|| NEVER.iter().flat_map(|(_, all)| all.split("; ")).filter(|one| !one.contains(' ')).collect());
static TRADE_WORDS: LazyLock<Words> = LazyLock::new(|| TRADES.split(' ').collect());

/// Whether a business may be called so.
pub(crate) fn is_trade_word(word: &str) -> bool {
    TRADE_WORDS.contains(owner(word))
}

/// What somebody is in the matter, and no part of a name.
pub(super) fn is_role(word: &str) -> bool {
    const ROLES: [&str; 12] = [
        "organiser",
        "organizer",
        "requisitioner",
        "sender",
        "shipper",
        "purchaser",
        "payer",
        "teacher",
        "manager",
        "mobile",
        "conf",
        "po",
    ];
    ROLES.contains(&word) || OTHER.contains(word)
}

const BEFORE: &[(i32, &str)] = &[
    (
        12,
        "call; phone; ring; rang; dial; contact; telephone; call up; ring up; get on to; get onto; get hold \
        of; get in touch with; in touch with; reach out to; reach; speak to; speak with; talk to; talk with; \
        give; try",
    ),
    (
        10,
        "ask; check with; verify with; confirm with; confirm w; double check with; find out from; hear from; \
        know from; remind; notify; inform; tell; say to; message for; message to; voicemail for; questions \
        for; question for; enquire with; enquire at; inquire at; inquire with; rfq to; news from; chase; \
        chase up; chasing up; let; warn; thank; sure with; word to; word for; queries for; query for; relay \
        to; check stock at; stock check at; from for; invite; word for word to; heads up to; apologise to; \
        update from; reply from; hold of; collect from; the firm is; the place is; order from; quote from; \
        prices from; price from; estimate from; quotation from; yes from; run by; someone from; somebody \
        from; nobody from; anyone from; anybody from; request to; press; nudge; badger; things at; things \
        for; with the people at; following up with; follow up with; quotation out of; cancel with; \
        confirmation from; refund from",
    ),
    (
        9,
        "vendor; provider; supplier; garage; venue; restaurant; clinic; property; carrier; firm; hotel; \
        salon; shop; store; school; business; practice; debtor; callee; recipient; merchant; who to call; \
        company to call; to call; number for; dentist; vet; dealer; dealership; contractor; agency; agent; \
        bank; gym; pharmacy; landlord; plumber; electrician; place to call; organizer; organiser",
    ),
    (6, "from; at; @; off; w; w/; through"),
    (5, "with; by; have; has; get; via; company; see; chance"),
    (4, "if; whether; does; do; would; could; can; did; will; that; is; are; what"),
    (2, "of"),
];
const NEVER: &[(i32, &str)] = &[
    (
        14,
        "under; name; named; name's; i'm; i am; it's; this is; me; patient; client; customer; guest; \
        passenger; passengers; passengers are; owner; driver; contact on site; site contact; attn; \
        attention; signed; tenant; love; contact is; called; surname; behalf of; member; applicant; holder; \
        name of; name is; names are; buyer; homeowner; host; receiver; consignee; consignor; parent; bill \
        to; invoice to; as; guests; booked by; requested by; couple are; she's; he's; they're; we're; we \
        are; flight; card says; cheers; regards; thanks; our company; household; pupil; student; child; \
        participant; account; aka; husband; wife; son; daughter; mum; mom; dad; mother; father; girlfriend; \
        boyfriend; partner; brother; sister; aunt; uncle; nan; nephew; niece; cat; dog; baby; kid; \
        colleague; boss; neighbour; neighbor; grandson; granddaughter; grandma; grandpa; puppy; rabbit; \
        horse; twins; friend; attendee; employee; resident; traveller; traveler; delegate; site; reads; \
        read; say",
    ),
    (28, "this is from; it's from; from all at; pickup at; pick up at; staying at; live at; based at"),
    (8, "for; and; or; in; on; near; we're at; i'm at"),
];
/// What businesses are called.
const TRADES: &str = "clinic dental dentist dentistry vets vet veterinary kitchen garage motors motor hotel inn café cafe \
    restaurant bistro grill salon barbers barber spa studio studios centre center school nursery hospital \
    infirmary surgery bank insurance plumbing heating roofing builders movers moving catering cleaners \
    cleaning laundry tailors tailor pharmacy library museum cinema theatre theater club gym academy agency \
    services service supplies supply co ltd inc limited group rail coaches cabs cars taxis limo airlines \
    bakery pizza pizzeria florist florists flowers hardware electrical electronics furniture photo \
    photography printing print prints logistics freight storage diner kingdom boutique opticians optical \
    orthodontics physio physiotherapy chiropractic animal farm market store stores shop council society hall \
    association trattoria osteria bar pub tavern brewery tearoom tea coffee roasters books bookshop cycles \
    bikes bike tyres tires auto autos electric energy telecom mobile broadband internet mutual lettings \
    properties realty estates rentals rental hire travel tours dermatology imaging medical health oral \
    primary preschool montessori college university campsite camp swim yoga pilates dance music strings \
    nails hair beauty landscaping lawn garden gardens tree arborists pest windows glass flooring carpets \
    tiles kitchens painters painting plastering masonry construction electricians repairs repair jewellers \
    jewelers watches shoes foods wholesale butchers butcher fish deli noodles sushi tacos burger curry house \
    office support union trust foundation church chapel registry court post courier couriers express parcels \
    shipping translations legal law solicitors accountants accounting consulting solutions systems tech \
    technologies computers labs lab bouncy doctor clothing table bowl bowling lanes tennis golf climbing \
    fitness skate rink pool pools alley arena vineyard winery brasserie consulate embassy llp ferry airways \
    travels haulage bins fencing teachers property receptionist receptionist's assistant secretary reception \
    team department practice landlord tenants desk steakhouse ramen thai indian junction dairy boats sailing \
    marina ski surf band guesthouse lets town property nursery cottages";
