//! The vendor's own description of its API judges what we ask and what the simulated network answers. `verify/run.sh` cuts
//! it out of the vendor's package; Prism serves it, and stands between us and the simulated network.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use chrono::{DateTime, TimeDelta};
use dialer::call::Epoch;
use dialer::carrier::twilio::{Account, Key, Twilio};
use dialer::carrier::{CannotTell, Carrier, Detection, DialError, DialRequest, Found, HangUp, LegId, News, Probe};
use dialer::link::{LineLink, Links};
use proto::{AttemptId, Mode, Timestamp};
use runtime::settings::required;
use runtime::{Clock, ProcessEnv, SystemClock};
use serde_json::Value;
use simulator::Network;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::form_urlencoded;

use crate::proxy::{BODY_BYTES_MAX, send};
use crate::world::until;

const FROM: &str = "+14155550199";

/// A Prism of our own, with the document that `PRISM_DOCUMENT` names.
struct Prism {
    url: String,
    child: Child,
}

fn setting(name: &'static str) -> PathBuf {
    PathBuf::from(required(&ProcessEnv::read().unwrap(), name).unwrap())
}

/// Passes requests on to Prism, which ignores names that the vendor does not know; here they are found.
struct Names {
    to: String,
    document: Value,
    client: reqwest::Client,
    unknown: Mutex<Vec<String>>,
    requests: AtomicUsize,
}

impl Names {
    async fn before(prism: &Prism) -> (Arc<Self>, String, JoinSet<()>) {
        let document = serde_json::from_str(&std::fs::read_to_string(setting("PRISM_DOCUMENT")).unwrap()).unwrap();
        let (client, to) = (reqwest::Client::new(), prism.url.clone());
        let names = Arc::new(Self { to, document, client, unknown: Mutex::default(), requests: AtomicUsize::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(names.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        (names, url, serving)
    }

    /// The names that the vendor's document knows for requests to this path.
    fn known(&self, path: &str, method: &Method) -> BTreeSet<&str> {
        let name = match path.split_once("/Calls").unwrap().1 {
            ".json" => ".json",
            rest if rest.ends_with("/Events.json") => "/{CallSid}/Events.json",
            _ => "/{Sid}.json",
        };
        let path = &self.document["paths"][format!("/2010-04-01/Accounts/{{AccountSid}}/Calls{name}")];
        let operation = &path[method.as_str().to_lowercase()];
        let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"];
        let form = form.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let query = operation["parameters"].as_array().into_iter().flatten();
        form.chain(query.filter_map(|parameter| parameter["name"].as_str())).collect()
    }
}

async fn pass(State(names): State<Arc<Names>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let form = to_bytes(body, BODY_BYTES_MAX).await.unwrap();
    let known = names.known(head.uri.path(), &head.method);
    let query = head.uri.query().unwrap_or_default().as_bytes();
    let given = form_urlencoded::parse(&form).chain(form_urlencoded::parse(query));
    let unknown = given.filter(|(name, _)| !known.contains(name.as_ref())).map(|(name, _)| name.into_owned());
    names.unknown.lock().unwrap().extend(unknown);
    names.requests.fetch_add(1, Ordering::SeqCst);
    send(&names.client, &names.to, &head, form).await
}

impl Prism {
    /// Answers with the vendor's examples what the vendor would accept.
    async fn mock() -> Self {
        Self::start(&["mock"], &[]).await
    }

    /// Passes on what is as the vendor describes it, and answers 500 to an answer that is not.
    async fn before(network: &Network) -> Self {
        Self::start(&["proxy", "--errors"], &[&network.url()]).await
    }

    async fn start(how: &[&str], upstream: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let child = Command::new(setting("PRISM"))
            .args(how)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(setting("PRISM_DOCUMENT"))
            .args(upstream)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        until(async || reqwest::get(&url).await.map(drop).map_err(|error| error.to_string())).await;
        Self { url, child }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn account(api: &str, settings: &simulator::Settings) -> Account {
    Account {
        api: api.parse().unwrap(),
        sid: settings.account_sid.clone(),
        token: settings.auth_token.clone(),
        token_before: None,
        key: None,
    }
}

fn twilio(account: Account) -> Twilio {
    let links = Links::new("https://dialer.example".parse().unwrap(), "secret".into());
    Twilio::new(account, links, Duration::from_secs(10)).unwrap()
}

fn request(to: &str, detection: Detection) -> DialRequest {
    let attempt = AttemptId::new(SystemClock.now(), rand::random());
    DialRequest {
        link: LineLink { mode: Mode::Test, attempt, epoch: Epoch(1) },
        from: FROM.parse().unwrap(),
        to: to.parse().unwrap(),
        ring_timeout: Duration::from_secs(30),
        talk_max: Duration::from_mins(10),
        detection,
    }
}

fn probe(request: &DialRequest, sent_at: Timestamp) -> Probe {
    let DialRequest { link, from, to, .. } = request.clone();
    Probe { attempt: link.attempt, from, to, sent_at }
}

const DETECTIONS: [Detection; 3] = [Detection::Off, Detection::Machine, Detection::Beep];

/// A check that lets everything pass is none: a value that the vendor does not know must be refused.
async fn refuses_what_is_not_the_vendors(prism: &Prism, account: &Account) {
    use secrecy::ExposeSecret;
    let url = format!("{}/2010-04-01/Accounts/{}/Calls.json", prism.url, account.sid);
    let form = [("To", FROM), ("From", FROM), ("Url", "https://dialer.example"), ("Method", "PUT")];
    let post = reqwest::Client::new().post(url).basic_auth(&account.sid, Some(account.token.expose_secret()));
    assert_eq!(post.form(&form).send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the vendor's document; make verify-twilio"]
async fn the_vendors_document_accepts_every_request_of_ours() {
    runtime::install_crypto();
    let prism = Prism::mock().await;
    let (names, url, _serving) = Names::before(&prism).await;
    let account = account(&url, &simulator::Settings::default());
    refuses_what_is_not_the_vendors(&prism, &account).await;
    let key = Key { sid: "SK00000000000000000000000000000000".into(), secret: "hush".into() };
    for account in [account.clone(), Account { key: Some(key), ..account }] {
        let twilio = twilio(account);
        for detection in DETECTIONS {
            let leg = twilio.dial(&request("+14155550100", detection)).await.unwrap();
            twilio.fetch(&leg).await.unwrap();
            twilio.hang_up(&leg, HangUp::Cancel).await.unwrap();
            twilio.hang_up(&leg, HangUp::Bye).await.unwrap();
        }
        // As old as the vendor's examples, so that their events are looked at, too.
        let sent_at = DateTime::UNIX_EPOCH + TimeDelta::days(365);
        let probe = probe(&request("+14155550100", Detection::Off), sent_at);
        let found = twilio.find(&probe).await;
        // Each page of its example has a next one.
        let CannotTell(why) = found.unwrap_err();
        assert!(why.to_string().contains("more calls"), "{why}");
    }
    let unknown = names.unknown.lock().unwrap();
    assert!(unknown.is_empty(), "the vendor does not know {unknown:?}");
    let requests = names.requests.load(Ordering::SeqCst);
    assert!(requests >= 46, "{requests}");
    println!("{requests} requests of ours are as the vendor's document wants them");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the vendor's document; make verify-twilio"]
async fn the_vendors_document_describes_every_answer_of_the_simulated_network() {
    let network = Network::start(simulator::Settings::default()).await.unwrap();
    let prism = Prism::before(&network).await;
    let account = account(&prism.url, network.settings());
    refuses_what_is_not_the_vendors(&prism, &account).await;
    let twilio = twilio(account);
    for (name, detection) in [("restaurant", DETECTIONS[0]), ("voicemail", DETECTIONS[2]), ("busy", DETECTIONS[1])] {
        let request = request(&network.number(name).unwrap(), detection);
        let leg: LegId = twilio.dial(&request).await.unwrap();
        twilio.fetch(&leg).await.unwrap();
        let probe = probe(&request, SystemClock.now());
        assert!(matches!(twilio.find(&probe).await.unwrap(), Found::Leg(found, _) if found == leg));
        let stranger = Probe { attempt: AttemptId::new(SystemClock.now(), rand::random()), ..probe };
        assert_eq!(twilio.find(&stranger).await.unwrap(), Found::Nothing);
        twilio.hang_up(&leg, HangUp::Cancel).await.unwrap();
        until(async || {
            let news = twilio.fetch(&leg).await.unwrap();
            if matches!(news, News::Over(_)) { Ok(()) } else { Err(format!("{news:?}")) }
        })
        .await;
    }
    let refused = twilio.dial(&request(&network.number("refused").unwrap(), Detection::Off)).await;
    assert!(matches!(refused, Err(DialError::Refused { .. })), "{refused:?}");
    network.stop().await;
}
