//! Turns of speech that only hint at what is wanted. None says it alone, and many belong to several tasks: what so many
//! of them are worth together is learnt.

use crate::Category;
use crate::Category::{Ask, Book, Cancel, Confirm, FollowUp, Message, Order, Quote, Reschedule, WaitList};

/// Patterns with a semicolon between them, as among the cues.
pub(super) const HINTS: &[(Category, &str)] = &[
    (
        WaitList,
        "shortlist; short notice; short-notice; sold out; booked solid; fully booked; booked up; full up; \
        no-show; no show; on reserve; in reserve; dropouts; dropout; drop-outs; next opening; first opening; \
        next vacancy; next space; next spot; next place; in line for; in the queue; in the line; falls \
        vacant; becomes vacant; becomes available; falls free; returns come; register * interest; record * \
        interest; note * interest; express * interest; interest in; put * name down; stick * name down; \
        leave * name; have * name down; stick * down; note * down; pop * on; stick * on; jot * down; keep * \
        in mind; think of us|me; if anyone|anybody|someone|somebody|another cancels|drops; gets a \
        cancellation; an hour's notice; as backup; as a backup; they're full; is full; are full; it's full; \
        already full; all full; full on; no room; nothing free; nothing left; no space; no spaces; no \
        places; no availability; anything comes; anything opens; one comes up; place comes up; spot comes \
        up; comes available; opens up; opening; has room; have room; first refusal; me first; us first; jump \
        at; bite their hand; anything that; next available; restock; next lot; next intake; next batch; in \
        waiting; on waiting; wait_list; be next; considered for; turns up; when one; whenever one; if one; \
        one turns up; should one; should a; should anything; should something; place on; backup; back-up; \
        overflow; take it if; in case; queued; listed; reserves; substitute; spot; spots; vacancy; \
        vacancies; openings; comes free; becomes free; backs out; doesn't show; top of the list; notified; \
        notify me; alert me; contact me when|if; as soon as; whenever; no seats; no tables; no appointments; \
        no slots; none left; nothing available; nothing until; nothing before; nothing till; oversubscribed; \
        capacity; packed; all taken; all gone; popular; anything sooner; something sooner; cancellation \
        slot; cancellation appointment; waiting; wait for; next time; come up; comes up; crop up; crops up",
    ),
    (
        Cancel,
        "undo; retract; void; drop * from; drop it; drop the; get * out of; need out of; want out of; out of \
        the; not required; isn't required; aren't needed; no more; never mind; nevermind; forget about; \
        forget it; knocked on the head; pull the plug; call it off; take * off; taken off; take * off the \
        list; remove; removed; needn't; not to come; not going to make; wont need; no need; fell through; \
        fallen through; called off; don't want; doesn't want; don't bother; termination; given away; money \
        back; is off; it's off; are off; rained off; after all; not coming; not attending; not able to \
        attend; strike; scratch; bin; ditch; abort; revoke; annul; rescind; opt out; quit; surrender; hand \
        back; get rid; stand * down; stop * coming; stop sending; found another|someone|somebody; instead \
        we; does it now; won't go ahead; not go through with; backing out; back out; chuck it; leave it; \
        can't be there; not be there; without me|us; cancellation; cancelling; close the account; close \
        my|our; end of my; not proceed; don't proceed; decided not; decided against; don't go ahead; do not \
        go ahead; not be needed; wasn't needed; free it up; give * up; give it to somebody; nix; axe; wipe; \
        cross * off; turn down; decline; won't be requiring; unable to attend; regret; regretfully; won't be \
        able; can't come; can't go; can't attend; not make it; can't make it; put an end; end it; halt; \
        cease; drop out; dropping out; pulled out; withdrawn; unbook; unenrol; deregister; lapse; not renew; \
        don't renew; won't renew; disconnect; send back; return the; refund; notice period; sold the; moved \
        away; moved out; bought one; got one; elsewhere; went with; gone with; going with; not interested; \
        anymore; any more; scrapped; unwell; ill; sick; poorly; injured; died; passed away",
    ),
    (
        Reschedule,
        "put * off; putting off; put * back; rather than; in place of; transfer * to; transfer * from; \
        switch; hour later; hour earlier; hour sooner; day later; day earlier; day sooner; week earlier; bit \
        later; bit earlier; days earlier; later on; earlier on; sooner; start later; start * later; start * \
        earlier; prepone; has to wait; have to wait; needs to be; need * to be; make it; change of; window \
        change; time change; date change; shift by; over to; no longer works; no longer suits; doesn't suit; \
        won't suit; doesn't work; running late; running about; running behind; delayed; got bumped; bumped; \
        existing; originally; original; too early; too late; any other; another; next free; anything after; \
        come at; come * instead; swapped; move; moved; moving; defer; deferred; hold off; adjourn; slip; \
        later time; new time; new date; next week instead; can't make; can't do; extend; get * changed; \
        something's come up; something came up; stuck at; held up at; change * to; change * from; same day; \
        same time; not the; after that; reslot; re-book; amend; juggle; budge; adjust; alter; modify; \
        revise; re-arrange; new slot; fresh date; find another; find a new; pick another; pick a new; other \
        slot; other time; anything later; anything earlier; a later; an earlier; later in; earlier in; by a \
        day|week|hour|month; day|week|month|hour later; day or two; couple of days; following week; \
        following day; week after; day after; day before; the next day; exchange; trade; was set for; is set \
        for; double-booked; double booked; conflict; conflicts; overlap; overlaps; won't be back; still \
        away; away until|till; not back; not free; not available; half an hour; an hour",
    ),
    (
        Confirm,
        "definitely; for certain; make certain; see to it; see that; get a yes; a yes; yes or no; a go; \
        really coming; is coming; are coming; got my; got our; got the; have my; have our; have me; have us; \
        has me; has us; got * down; down as; down for; note that; that's so; still okay; still ok; all good; \
        good to go; still fine; sure that; want to be sure; be sure; sure the; sure they; sure he; sure she; \
        sure it; on track; readiness; confirmation; been arranged; arranged for; arranged; meeting us; go \
        through; went through; gone through; cross check; crosscheck; sanity check; expecting us|me|them; \
        expect us|me; as agreed; as planned; as arranged; correct; right; changed; forgotten; hasn't \
        forgotten; still the; is * happening; set up for; is ours; ours for; is mine; reserved; has * got; \
        ready for; provisional; firm; in the system; on the system; on your system; on their list; on the \
        list; in the calendar; as expected; reassure; proof; positively; 100%; certain; know for sure; for \
        sure; actually; validate; attest; booked as; booked under; booked by; will be there; turning up; is \
        meeting; they're coming; he's coming; she's coming; you're coming; on for; are on; we're on; we are \
        on; just checking; just to check; making sure; assure; all sorted; all in order; in order; in hand; \
        set for; in for; still got; hold our; lost our; lost my; been logged; been recorded; been noted; \
        noted; recorded; in place; lined up; locked in; finalised|finalized; settled; attending; attend; \
        attendance; rsvp; right day; right time; right date; right address; right name; spelled; spelling; \
        unchanged; no change; hasn't changed; going to be there; will be; whether * still; if * still; that \
        * still; that it's; that the|our|my * is|are; that he's|she's|they're|we're",
    ),
    (
        FollowUp,
        "turn up; turned up; nudge; what became; getting on; missed us; did not receive; not received; didn't \
        receive; nothing in; nothing since; no sign; no word; heard back; hear back; said you'd; said \
        they'd; said he'd; said she'd; you said; they said; was going to; were going to; promised; was to \
        ring; was to call; nobody did; nobody came; nobody has; no one has; no one came; logged it; logged; \
        took a deposit; dropped off; when's someone; when are; eta; tracking; track; consignment; held at \
        customs; repair status; reviewed; will decide; quote sent; where's my|our|the|that; where is \
        my|our|the; where are; still nothing; still not; gone quiet; been waiting; weeks now; months now; \
        days now; it's been; been * weeks|days|months; complaint; complained; lodged; appeal; placed; why \
        the; why has; why have; hold-up; held up; hasn't turned; hasn't been; haven't been; haven't had; \
        haven't got; haven't received; haven't seen; not seen; not had; not been; hasn't replied; hasn't \
        called; not turned; not come; at least; latest; latest on; stand with; stands; progress; moved on; \
        any further; any closer; any luck; any joy; any sign; any word; any response; any reply; anything \
        on; happened to; doing with; come back on; back on; sent them|you|it|in; sent on; put in; handed \
        over; meant to; was due; due back; due last; ready yet; done yet; repaired; mended; approved; \
        shipped; dispatched; processed; signed off; outcome; result; findings; finished; ready; again; \
        reminder; chaser; ping; prod; press; pester; answer on; decision on; verdict; news on; update on; \
        report on; feedback; where it is; where things are; where we are; how it's going; how is * going; \
        how are * going; coming along; made a decision; been looked; been dealt; been paid; refunded; \
        credited; reimbursed; escalated; assigned; opened; case; ticket; sample; biopsy; scan; blood test; \
        x-ray; due on; was told; told me; told us; assured; guaranteed; agreed to; waiting on; waiting for; \
        awaiting; stalled; delay; missing; vanished; disappeared; not yet; by now; last week; last month; \
        week ago; weeks ago; days ago; month ago; fortnight; since \
        monday|tuesday|wednesday|thursday|friday|last; did you; have you; has the; has my; has our",
    ),
    (
        Quote,
        "they'd want; he'd want; she'd want; you'd want; want for; want per; ask for it; what would you; what \
        would they; what would it; what would that; what'd; per word; fees; fee; idea of; rough idea; \
        numbers on; numbers from; numbers for; price|pricing; prices; pricing needed; price check; rate; \
        cost; costs; cost me|us; run me|us; set me|us back; come to; beat that; beat; do us a deal; a deal; \
        deal on; total for; the total; shop around; compare; comparison; cheapest; competitive; for cash; \
        thinking of; costing; charge; charges; what they charge; what it'd; what it would; would cost; cost \
        to; how much; how much for; rough; all in; all up; give me a total; a total; price per; best price; \
        per head; per person; per day; square feet|metres|meters; sq ft; sqm; sq; quote_request; quoting; \
        supply and fit; labour; including labour; repaint; rewire; install; repair; fitting; removal; remove \
        * tree; clear; clearing; translate; translation; printing; job is|would; work out at; works out; \
        expect to pay; expect it to; afford; budget; figure; damage; in the region; approximately; tariff; \
        charge per; hourly; flat rate; fixed price; day rate; worth * to; offer for; valuation; appraise; \
        appraisal; valued; trade-in; rough number; guide price; priced up; prices on; indicative; per \
        square; per metre; per unit; unit price; bulk; discount; turnaround; vat; materials; parts and \
        labour|labor; looking at for; expensive; cheap; in writing; breakdown; itemised|itemized; quotes \
        from; quote from; estimates from; estimate from; how much money; what * set; bathroom; kitchen; \
        roof; fence; garden; driveway; loft; extension; rewiring; plumbing; painting; decorating; \
        plastering; flooring; carpet; tiling; catering; photography; cleaning; moving house; movers; \
        removals; storage; insurance; premium; website; logo; design",
    ),
    (
        Order,
        "need more; got any; any * left; are there any; have you any; has anyone got; sku; qty; po; po \
        number; purchase order; make up; repeat; prescription; litre|litres|liters; kilos|kilo|kg; \
        packs|pack|packets; reams; crates; bottles; pints; boxes|box; tins; trays; tubs; sacks; collecting; \
        collected; collect; deliver; delivered; drop * round; leave an extra; we'll take; i'll take; i'll \
        have; we'll have; take a; can i get; can i have; could i get; could i have; get me; make me; make \
        us; make * cake; the usual; sold out; out of; send us|me; hold * until; hold * till; large; small; \
        medium; colour|color; cake; chips; flowers; roses; to collect; to go; nearly out; on empty; run low; \
        restock; supply; supplies; fit them; get in; got in; carry; stock; stocked; pay on collection; on \
        account; account holder; ship_to; lines; item; items; if available; put by; set aside; keep * for; \
        reserve one; spare; spares; part; parts; basket; quantity; units; pair|pairs; sheets; rolls; metres \
        of; gram|grams; pounds of; bunch|bunches; loaf|loaves; bread; milk; eggs; cheese; wine; beer; \
        coffee; sandwiches; platter|platters; curry; rice; noodles; burger|burgers; fries; salad; soup; \
        steak; chicken; meat; sausages; cakes; cupcakes; bagels; croissants; fruit; vegetables; ink; toner; \
        paper; envelopes; screws; paint; timber; plywood; cement; gravel; bricks; tiles; gas; oil; coal; \
        logs; fuel; battery|batteries; tyres|tires; bulbs; filters; hay; feed; seeds; plants; compost; \
        tablets; medicine; inhaler; insulin; chemist; pharmacy; butcher; baker|bakery; florist; grocer; \
        deli; merchant|merchants; wholesaler; warehouse; depot; edition; copies|copy; voucher|vouchers; gift \
        card; part number; catalogue; courier; invoice; jar|jars; cable; charger; kit; set of; a \
        box|case|pack|bag|bottle of; two|three|four|five|six|ten|twelve|twenty of",
    ),
    (
        Message,
        "say sorry; sorry; apologise|apologize; has to know; ought to know; needs to know; need to know; \
        should know; should be told; to know that; to be aware; aware; reminder; text to read; read out; \
        read * out; alert; says; say; saying; let; know that; pass; to bring; ask * to bring; ask * to ring; \
        ask * to call; ask * to phone; ask * to send; ask * to come; ask * to leave; call me back; ring me \
        back; call us back; get back to me; get him|her|them to; so he|she|they knows|know; so that; that \
        we; that i; that the; that it; that my|our|his|her; he can; she can; they can; they may; we're; i'm; \
        i'll; we'll; he'll; she'll; the door; the keys; landed; fine; safe; thanks; congratulations; happy \
        birthday; love; home; mention; explain; announce; notice; heads-up; recipient; text; sender; \
        outbound; won't answer; won't pick up; is running; running late; on my|our|his|her way; send my|our; \
        send word; give my|our; regards; best wishes; condolences; apologies; be late; on the way; on our \
        way; nearly there; home by; don't forget; remember to; warning; fyi; be advised; news that; good \
        news; bad news; congrats; well done; thanks to; grateful; appreciate; invite; invited; to ring me; \
        to call me; to phone me; call back; ring back; get in touch; contact me; verbatim; exactly; say \
        this; read this; body; subject; won't be in; off sick; has arrived; has landed; is ready; are ready; \
        is here; is open; is closed; was delivered; running * late; minutes late; hours late",
    ),
    (
        Book,
        "sort us|me out; get me|us|him|her|them on; get me|us|him|her|them in; hold; come in; come for; come \
        to; needed; appointment needed; squeeze; take it; take whatever; put * down for; lock * in; set * \
        up; session|sessions; anniversary; birthday; party; pax; players; tee; slots; fallback; preferred; \
        window; seats|seat; visit; sweep; we'd love to; like to; want to come; any court; anything free; \
        anything available; have anything; earliest; can see me|him|her|us; see me|him|her|us; look at; send \
        someone; send somebody; first thing; morning; afternoon; evening; weekend; either; whichever; \
        whatever; works for; works best; prefer; nights; night; dinner; lunch; brunch; breakfast; court; \
        lane; lanes; ticket|tickets; class; lessons; course; cut; massage; cleaning; clean; inspection; \
        survey; service; tour; test; exam; checked; interview; demo; cab; car; rental; venue; hall; booking; \
        booker; job; purpose; reason; dentist; doctor; gp; vet; physio; optician; hairdresser; barber; \
        salon; spa; garage; mechanic; plumber; electrician; engineer; photographer; tutor; coach; trainer; \
        lawyer; accountant; registry; clinic; hygienist; nurse; therapist; counsellor; podiatrist; \
        chiropractor; osteopath; facial; manicure; pedicure; waxing; tattoo; fitting; alterations; mot; oil \
        change; tyre change; grooming; vaccination; vaccine; jab; booster; blood test; scan; trim; colour; \
        highlights; swim; yoga; pilates; gym; golf; tennis; squash; badminton; bowling; karaoke; escape \
        room; campsite; pitch; cabin; suite; twin; double; single; king; check in; check-in; arriving; \
        staying; cruise; boat; seats for; tickets for; a table; private room; conference; studio; desk; van; \
        minibus; limo; airport transfer; pick me up; pick us up; collect me; collect us; babysitter; nanny; \
        cleaner; sitter; gardener; installer; valuation; quote visit; new patient; first visit; follow-up \
        appointment; annual; routine; check over; seen; slot * for; one hour; an hour; hour; hours; minutes; \
        between * and",
    ),
    (
        Ask,
        "what's the; what is the; what are the; do they; do you; does it; does the; are they; are you; could \
        they tell; tell me if; tell me whether; tell us if; tell us whether; can i; can we; can you; can \
        they; will it; will they; how far; how old; how big; how late; how early; how often; minimum; \
        maximum; allowed; permitted; include|includes; included; need to; have to; require|required; \
        requirement; hours; opening; closing; open; opens; close; closes; research; return; q; accept; \
        parking; wheelchair; access; dogs; children; kids; age; policy; dress code; bring; documents; \
        procedure; process; possible; able to; mandatory; learn; ask if|whether; ask them; ask \
        what|when|where|who|how; know if|whether|what|when|where|how; see if|whether; details; speak to; \
        facilities; free; available; lead time; certified; rules; distance; area; wi-fi; wifi; safe; \
        suitable; contact; address; email; name of; number of; extension; know the; last entry; last orders; \
        admission; toilets; ramp; lift; vegan; vegetarian; halal; kosher; gluten; contactless; return \
        policy; refund policy; warranty; languages; walk-in|walk-ins; need an appointment; need to book; in \
        advance; first come; nearest; directions; located; who is; who's; why; difference; recommend; \
        advice; eligible; apply; forms; paperwork; visa; licence|license; permit; id; deadline; timetable; \
        menu; serve; provide; specialise|specialize; treat; deliver to; ship to; pets; smoking; age limit; \
        height; weight limit; student; students; seniors; discount for; day pass; membership cost; entry \
        fee; how soon; how busy; what kind; what sort; what documents; what should; what do; where can; \
        where do; when do; when does; when is; when are; should i; should we; must i; may i; am i",
    ),
];
