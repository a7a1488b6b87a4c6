//! Prompts in other languages, and prompts in English that are full of foreign names.

use draft::{Refusal, draft};

const FOREIGN: &[(&str, &[&str])] = &[
    (
        "Polish",
        &[
            "Zadzwoń do dentysty i przełóż moją wizytę na piątek",
            "Zapytaj, czy jutro jest otwarte i do której",
            "Odwołaj rezerwację na dziś na 19:00, nazwisko Nowak",
            "Zadzwon do mechanika i zapytaj czy auto jest gotowe",
            "Zarezerwuj stolik dla 4 osób na sobotę o 18 w Olive Garden",
            "Prosze zadzwonic do Marka i powiedziec mu, ze to spotkanie jest o 10",
        ],
    ),
    (
        "Czech",
        &[
            "Zavolej do restaurace a objednej stůl pro dva na pátek v sedm",
            "Zeptej se, jestli mají zítra otevřeno",
            "Zruš moji schůzku u zubaře v pondělí",
        ],
    ),
    (
        "Slovak",
        &[
            "Zavolaj do autoservisu a spýtaj sa, či je auto hotové",
            "Zruš moju rezerváciu na sobotu večer na meno Horváth",
        ],
    ),
    (
        "Croatian",
        &["Nazovi restoran i rezerviraj stol za dvoje u petak navečer", "Pitaj ih rade li u nedjelju i do kada"],
    ),
    (
        "German",
        &[
            "Bitte ruf beim Friseur an und verschiebe meinen Termin auf Montag",
            "Frag nach, ob mein Fahrrad schon fertig ist",
            "Sag den Termin am Freitag ab",
            "Bestell zwei Pizzen Margherita zum Abholen um 19 Uhr",
        ],
    ),
    (
        "Dutch",
        &[
            "Bel het restaurant en reserveer een tafel voor vier om acht uur",
            "Vraag of de fiets van Jan al klaar is",
            "Zeg mijn afspraak bij de kapper af",
        ],
    ),
    (
        "Swedish",
        &[
            "Ring tandläkaren och boka en tid på måndag",
            "Fråga om de har öppet på söndag",
            "Avboka mitt bord på fredag, namnet är Lindqvist",
        ],
    ),
    (
        "Danish",
        &[
            "Ring til frisøren og flyt min tid til torsdag",
            "Spørg om de har åbent på søndag",
            "Bestil et bord til to i morgen aften",
        ],
    ),
    (
        "Norwegian",
        &[
            "Ring legen og bestill time til mandag",
            "Spør om bilen er klar og hva det koster",
            "Avbestill bordet for fire på fredag",
        ],
    ),
    (
        "Finnish",
        &[
            "Soita ravintolaan ja varaa pöytä neljälle perjantaiksi",
            "Kysy onko autoni valmis",
            "Peru huomisen aika kampaajalle",
        ],
    ),
    (
        "Hungarian",
        &[
            "Hívd fel az éttermet és foglalj asztalt két főre péntekre",
            "Kérdezd meg, hogy nyitva vannak-e vasárnap",
            "Mondd le a holnapi időpontomat",
        ],
    ),
    (
        "Romanian",
        &[
            "Sună la restaurant și rezervă o masă pentru patru persoane",
            "Întreabă dacă mașina este gata",
            "Anulează programarea mea de marți",
        ],
    ),
    (
        "Turkish",
        &[
            "Restoranı ara ve cuma akşamı için iki kişilik masa ayırt",
            "Arabam hazır mı diye sor",
            "Pazartesi randevumu iptal et",
        ],
    ),
    (
        "Spanish",
        &[
            "Llama al dentista y cambia mi cita al lunes",
            "Pregunta si tienen mesa para dos esta noche",
            "Cancela mi reserva de hoy a nombre de Ruiz",
            "Dile a Ana que no me espere, llego tarde",
        ],
    ),
    (
        "Portuguese",
        &[
            "Liga para o restaurante e reserva uma mesa para dois",
            "Pergunta se o carro já está pronto",
            "Cancela a minha consulta de amanhã",
        ],
    ),
    (
        "French",
        &[
            "Appelle le garage et demande si ma voiture est prête",
            "Annule mon rendez-vous de mardi chez le dentiste",
            "Dis à Marie que la réunion est à 10 h",
        ],
    ),
    (
        "Italian",
        &[
            "Chiama il dentista e sposta il mio appuntamento a lunedì",
            "Chiedi se la macchina è pronta",
            "Disdici il tavolo di stasera a nome Conti",
        ],
    ),
    (
        "Indonesian",
        &[
            "Telepon restoran dan pesan meja untuk dua orang malam ini",
            "Tanyakan apakah mobil saya sudah selesai",
            "Batalkan janji temu saya hari Senin",
        ],
    ),
    ("Vietnamese", &["Gọi nhà hàng và đặt bàn cho hai người tối nay", "Hỏi xem xe của tôi đã xong chưa"]),
    ("Russian", &["Позвони в ресторан и забронируй столик на двоих", "Спроси, готова ли машина"]),
    ("Ukrainian", &["Зателефонуй до лікаря і перенеси мій візит на п'ятницю", "Запитай, чи вони відчинені в неділю"]),
    ("Greek", &["Κάλεσε το εστιατόριο και κλείσε τραπέζι για δύο", "Ρώτα αν είναι έτοιμο το αυτοκίνητο"]),
    ("Arabic", &["اتصل بالمطعم واحجز طاولة لشخصين", "اسأل إن كانت السيارة جاهزة"]),
    ("Chinese", &["打电话给餐厅订一张两人的桌子", "问一下车修好了没有"]),
    ("Korean", &["식당에 전화해서 두 명 자리를 예약해 줘", "차가 준비됐는지 물어봐"]),
];

const ENGLISH: &[&str] = &[
    "Book a table for 2 at Trattoria da Luigi, Friday 8pm, Rossi",
    "Table for four at Chez François, samedi is fine but Friday 20h is better, name Lefèvre",
    "Ask Zakład Fryzjerski Łucja whether they do balayage and what it costs",
    "Tell Małgorzata Wiśniewska that Paweł Dąbrowski can't come to Kraków on Friday",
    "Cancel Jiří Dvořák's appointment with Dr. Šimůnek at Zubní Ordinace Žižkov on Monday",
    "Call Señor Muñoz at Peluquería Niño Jesús and move José Ibáñez's haircut to Tuesday",
    "Confirm with Gasthaus zum Löwen that Frau Müller's room is booked for Thursday",
    "Order 3 Königsberger Klopse and 2 Käsespätzle from Wirtshaus zum Straubinger for pickup at 7, Schäfer",
    "Reserva Ibérica, Calle Mayor 12: do you have jamón de bellota in stock?",
    "remind Nguyễn Thị Minh Khai that phở night is at 7",
    "Put Søren Kjærgård on the waiting list at Smørrebrød på Nørrebro",
    "Get a quote from Çelik İnşaat for repainting a two-bedroom flat in Kadıköy",
    "Schedule vet visit, Miłosz, Thursday 5pm, Przychodnia Łapka",
    "has my parcel come in yet at Poczta Polska, Piotr Zając, RR123456789PL",
    "dinner reservation, Osteria La Porta Rossa, 6 people, 8pm, Esposito",
];

#[test]
fn a_prompt_in_any_of_twenty_five_languages_is_told_that_english_is_spoken() {
    let planned: Vec<_> = FOREIGN
        .iter()
        .flat_map(|(language, prompts)| prompts.iter().map(move |prompt| (language, prompt)))
        .filter(|(_, prompt)| draft(prompt) != Err(Refusal::NotEnglish))
        .collect();
    assert!(planned.is_empty(), "{planned:#?}");
}

#[test]
fn foreign_names_do_not_make_a_prompt_foreign() {
    for prompt in ENGLISH {
        assert!(draft(prompt).is_ok(), "{prompt}");
    }
}
