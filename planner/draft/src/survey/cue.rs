//! What people say when they want one thing or another, and how much each way of saying it tells.

use crate::Category;
use crate::Category::{Ask, Book, Cancel, Confirm, FollowUp, Message, Order, Quote, Reschedule, WaitList};

/// Patterns with a semicolon between them. Words that alone leave no doubt weigh six and more, what only hints less.
pub(super) const CUES: &[(Category, usize, &str)] = &[
    (
        WaitList,
        14,
        "waitlist; down for a cancellation; as a standby; wait-list; wait list; waiting list; waiting-list; \
        standby; stand-by; cancellation list; cancellations list; reserve list; list for cancellations; as a \
        reserve; as reserve; backup list; first reserve; interest list",
    ),
    (
        WaitList,
        5,
        "going on the list; on their list; on your list; keep a list; on the list for; in the queue for; if * \
        drops|pulls out; if * comes free|up|available; if * cancels; if * opens; if * frees up; if * \
        gets|becomes free|available; in case * cancels|drops; when * opens up; should * come up|free; next * \
        that comes up; get * on it; put * on the list; add * to the list; on the list; a cancellation comes; \
        if there's a cancellation; if there is a cancellation; any cancellations; pulls out; drops out; \
        gives * a shout; queue",
    ),
    (
        Cancel,
        14,
        "cancel; cancellation of; cancelation of; cxl; cancell; cancle; call off; call * off; scrap; \
        terminate; unsubscribe; get rid of; needs cancelling; discontinue; withdraw; back out of; pull out \
        of",
    ),
    (
        Cancel,
        5,
        "no longer need|want|require; don't need|want * anymore; don't need|want * any more; won't be \
        needing; don't need the; do not need; doesn't need; doesn't want * anymore; won't happen; not \
        happening; free up; release; give up; drop my|our|the|his|her; stop the|my|our; end my|our|the; \
        close my|our|the; won't need; without rebooking; do not rebook; don't rebook; changed * mind; isn't \
        needed; not needed; party's off; won't be there; won't be coming; not coming after all; take * off \
        the; not go ahead; not going ahead; stand down; let * go to someone else; have * removed; won't make \
        it",
    ),
    (
        Reschedule,
        10,
        "reschedule; re-schedule; resched; postpone; push * back; push * to; bring * forward; brought \
        forward; put * back to; put * back a; move * to; moved to; move * from; shift * to; shift * from; \
        change * from * to; swap * to; swap * for; swap * with; swap * round; switch * to; bump * to; \
        rearrange; rebook * for; move * forward; move * back; move * up; move both; move my|our|the|his|her; \
        shift my|our|the; push my|our|the; make it * instead; so make it; other day; shunt; rebook to; put * \
        on * rather than; rather than the; has to be after; now on; different day|time|date|slot; another \
        day|time|date|slot; new date|time|slot; instead of; need * instead; instead; can no longer; change \
        my|our|the; the earliest appointment after; later date; earlier date; delay; slide; bring * earlier",
    ),
    (
        Reschedule,
        4,
        "can't do|make; cannot make|do; no longer attend|make; doesn't work any; won't work; rebook; the \
        other way; would * suit; suits better; earlier slot; later slot; something later; something earlier; \
        weeks later; week later; days later; the week after; clash; would like the earliest; from * to; \
        currently; at the moment; push; swap",
    ),
    (
        Confirm,
        8,
        "confirm; confirmation that; reconfirm; re-confirm; verify; double check; double-check; still on; \
        still in for; still coming; still happening; still expected; still booked; still good; still stands; \
        all set; got us; is ours for; they've * down; got me; got it down; firm yes; a yes from; definitely \
        coming; definately; make sure; has * down; have * down; have * booked; am|is|are|i'm down for; still \
        going ahead; going ahead; check that; check i'm; check we're; checking that; checking we're; \
        checking i'm; reassurance; stand by the; is still; are still; check * still; still in the; still \
        has; still have; still valid; still planned; is * booked; is * reserved; is right; is correct; in \
        the diary; in the book; on the books; we're on for; i'm on for; nothing has changed; ensure that",
    ),
    (
        FollowUp,
        8,
        "follow up; follow-up; followup; chase; checking in on; check in on; check up on; checking on; check \
        on; outstanding; pending; hold up; been done; not arrived; any \
        news|update|word|decision|progress|luck; status of; the status; status update; an update on; \
        overdue; heard nothing; haven't heard; hasn't heard; have not heard; not heard; no reply; no answer; \
        got back to; came back to; get back to; still waiting; still hasn't; still haven't; still no; never \
        arrived; never came; never called; hasn't arrived; hasn't come; hasn't shown; what happened to|with; \
        happening with; going on with; handed in; where * stands; me again; as promised; they promised; was \
        supposed to; were supposed to; waiting since; track down; lost property; been processed; been \
        issued; been assigned; been shipped; been approved; been decided; what became of; where * got to; \
        how far; said * he'd|she'd|they'd; been done yet; come through; gone through; come in yet; arrived \
        yet",
    ),
    (
        FollowUp,
        4,
        "weeks|days|months ago; supposed to; week|month ago; is|are * ready; is it fixed; fixed yet; yet; \
        been received; have|has they|it|my received; recieved; did they find; decided; expected arrival; \
        when * ship; dropped * off; we sent; i sent; i applied; applied on|in|for; i returned; we returned; \
        posted; submitted; reported; filed; left * there; left my; applicant; application; claim; refund; \
        results; case no|number; ticket no|number; in for repair; repair of; has been; been sent; how is * \
        doing; how's * doing; has it; have they; has anyone; has anybody; did it; did they; arrived; is|are \
        * back",
    ),
    (
        Quote,
        9,
        "quote; quotation; quotes; estimate; ballpark; rfq; price request; rate required; rates required; for \
        an offer; an offer for; fixed fee; need * price of; a rate for; pricing for; rough figure; for a \
        price; prices from; price from; price up; bid; bids; rough idea of; rough price; rough cost; \
        proposal; tender; a price for; a figure for; get prices; price for them to; cost me to have; cost to \
        have; cost us to have; roughly what would; roughly how much; how much would; how much to; what would \
        * charge; what * would charge; how much * would charge; how much * charge to; what would it cost; \
        price to; going rate; what they'd charge; what he'd charge; what she'd charge; what would * want \
        for; would * cost to; price a; price it; price up a; how much it'd cost; how much it would cost; \
        their rate for; for the rate for; how much * charge for a",
    ),
    (Quote, 3, "how much * charge; what do|does * charge; cost of; rates; per hour; price"),
    (
        Order,
        8,
        "order for; place * order; put in * order; reorder; re-order; purchase; buy; stock check; check \
        stock; in stock; on the shelf; put * aside; set * aside; keep * back; hold * for; hold one; refill; \
        order * from; order a; order two|three|four|five|six|ten; repeat prescription; have * deliver; have \
        * send; do they stock; if * stock; stock it; do they sell; do they carry; carry the|any|a; got any \
        of; still have the; to takeaway; takeaway; takeout; for pickup; for delivery; for collection; order \
        of; send * a bunch; i'll collect; order; deliver * to; drop * cases; bouquet; put * together; set * \
        by; keep one; save me|us|one; top up; we're out of; run out of; nearly out of; running low",
    ),
    (
        Order,
        3,
        "have|has * got; ship to; deliver to; delivered to; how much are they; how much is it; does|do * \
        have; if * have|has; sell; pick * up; pick-up; pickup; supplier; invoice to; invoices to; bill to; \
        boxes; cases; kilo; dozen; bags; bunch; pizza; pizzas; size; card should read|say; card says; left \
        in",
    ),
    (
        Message,
        7,
        "tell; has|needs to hear; word for word; let * know; remind; inform; notify; relay; message \
        for|to|from; give * a message; leave * message; leave word; leave * voicemail; pass on; pass * on; \
        pass along; pass * along; say that; and say; say to; say hi; warn; apologise; apologize; give * a \
        heads; heads up; word to; message; explain to; explain that; thank; break it to; break the news; \
        wish * a happy; congratulate; pass the word; saying that; to say; voicemail; mention to; advise; \
        convey",
    ),
    (
        Book,
        7,
        "book; reserve; schedule; arrange; set up; a table at; get * table for; need * table for; squeeze * \
        in; fit * in; sign * up; enrol; enroll; register; rent; hire; pencil * in; get * in with|at|for; get \
        * in to; get us in; get me in; slot * in; make * reservation; make * booking; make * appointment; \
        line up; lock in; restaurant booking; come out; come round; come and; come over; take * in for; put \
        in for; see * about; secure; fix * appointment; fix up; have * over to; wants a|an; organise; \
        organize; get * seen; seen by; appointment with; appointment at; appointment for; viewing at; \
        viewing of; book in; booked in",
    ),
    (
        Book,
        4,
        "reservation; appointment; table; need a|an; want a|an; i'd love a|an; would love a|an; i'd like \
        a|an; would like a|an; we'd like a|an; we'd want the; party of; covers; looking for a|an; slot; \
        session; viewing; lesson; consultation; checkup; check-up; haircut; room; airport; taxi; people; \
        guests; availability; any day; any time; ideally; if possible; preferably; or thereabouts; onwards",
    ),
    (
        Ask,
        3,
        "ask; find out; question; questions; enquire; inquire; need|want|like|wanted to know; wondering; see \
        if; see whether; check if|whether; do you|they; is there; are there; what are; what is; what's; how \
        many; how long; how much; what time; whether; which; who; clarify; info; information; opening hours; \
        can i|we; does * have; are you|they; is it; when does|do; where is|can|do; how do; what do|does",
    ),
];
