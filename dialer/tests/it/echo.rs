//! A way from the carrier to the dialer on which webhooks are doubled, and news of ringing comes last.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::proxy::{BODY_BYTES_MAX, send};
use crate::world::World;

pub(crate) struct Echo {
    pub(crate) url: String,
    road: Arc<Road>,
}

#[derive(Default)]
struct Road {
    client: reqwest::Client,
    to: Mutex<String>,
    late: Mutex<Vec<(Parts, Bytes)>>,
    passed: Mutex<Vec<String>>,
}

impl Echo {
    pub(crate) async fn start(world: &World) -> Self {
        let road = Arc::new(Road::default());
        let url = world.serve(Router::new().fallback(pass).with_state(road.clone())).await;
        Self { url, road }
    }

    pub(crate) fn forward_to(&self, dialer: SocketAddr) {
        *self.road.to.lock().unwrap() = format!("http://{dialer}");
    }

    /// The statuses that were passed on, in their order.
    pub(crate) fn passed(&self) -> Vec<String> {
        self.road.passed.lock().unwrap().clone()
    }
}

async fn pass(State(road): State<Arc<Road>>, request: Request) -> Response {
    let (head, content) = request.into_parts();
    let body = to_bytes(content, BODY_BYTES_MAX).await.unwrap();
    let status = status(&body);
    if status == "ringing" {
        road.late.lock().unwrap().push((head, body));
        return StatusCode::NO_CONTENT.into_response();
    }
    let answer = twice(&road, &head, &body).await;
    if status == "no-answer" {
        let late = std::mem::take(&mut *road.late.lock().unwrap());
        for (head, body) in late {
            twice(&road, &head, &body).await;
        }
    }
    answer
}

async fn twice(road: &Road, head: &Parts, body: &Bytes) -> Response {
    let to = road.to.lock().unwrap().clone();
    let (first, _) =
        tokio::join!(send(&road.client, &to, head, body.clone()), send(&road.client, &to, head, body.clone()));
    road.passed.lock().unwrap().extend([status(body), status(body)]);
    first
}

fn status(form: &[u8]) -> String {
    let found = form_urlencoded::parse(form).find(|(name, _)| name == "CallStatus");
    found.map(|(_, status)| status.into_owned()).unwrap_or_default()
}
