//! A receiver that speaks TLS, with a certificate that nobody else vouches for.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::receiver::spawn;

pub(crate) struct SecureReceiver {
    address: SocketAddr,
    /// The certificate, for those who trust it.
    pub(crate) certificate: PathBuf,
    shared: Arc<Shared>,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Shared {
    connections: AtomicUsize,
    posts: Mutex<Vec<Version>>,
}

impl SecureReceiver {
    /// Offers these protocols, such as `h2`.
    pub(crate) async fn offering(protocols: &[&str]) -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()]).unwrap();
        let certificate =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.pem", Uuid::from_u128(rand::random())));
        std::fs::write(&certificate, cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();

        let shared = Arc::new(Shared::default());
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let counted = Arc::clone(&shared);
        let serving = spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                counted.connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, router) = (acceptor.clone(), router.clone());
                open.push(spawn(async move {
                    // Whoever does not trust the certificate goes away.
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let serving = auto::Builder::new(TokioExecutor::new());
                    let _ = serving.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
                }));
            }
        });
        Self { address, certificate, shared, _serving: serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}/hook", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The protocols that posts came over.
    pub(crate) fn posts(&self) -> Vec<Version> {
        self.shared.posts.lock().unwrap().clone()
    }
}

impl Drop for SecureReceiver {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.certificate);
    }
}

async fn take(State(shared): State<Arc<Shared>>, request: Request) -> StatusCode {
    let version = request.version();
    axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    shared.posts.lock().unwrap().push(version);
    StatusCode::OK
}
