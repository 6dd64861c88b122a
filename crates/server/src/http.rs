//! Connections: accepted, with TLS where there is a certificate, served, and ended in peace.

use crate::config::{Limits, Tls};
use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// How long a handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// After a connection could not be accepted, so that a lack of file handles does not fill the log.
const PAUSE: Duration = Duration::from_millis(100);

/// Why no certificate could be taken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{file}: {fault}. Give a PEM file with a {what}")]
    Pem {
        /// Which file.
        file: String,
        /// What it should hold.
        what: &'static str,
        /// What is wrong.
        fault: String,
    },
    /// Certificate and key do not go together.
    #[error("certificate and key: {0}. Give the key of that certificate")]
    Pair(#[from] rustls::Error),
}

/// An acceptor for the certificate in these files.
pub(crate) fn acceptor(files: &Tls) -> Result<TlsAcceptor, TlsError> {
    let pem = |path: &std::path::Path, what, fault: &dyn std::fmt::Display| TlsError::Pem {
        file: path.display().to_string(),
        what,
        fault: fault.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|fault| pem(&files.certificate, "certificate chain", &fault))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|fault| pem(&files.key, "private key", &fault))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until `stopping` turns true, then lets what is under way end within the grace.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(fault) => {
                    tracing::warn!(%fault, "a connection could not be accepted");
                    sleep(PAUSE).await;
                    continue;
                }
            },
            () = stopped(&mut stopping) => break,
        };
        let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            // Small answers leave at once.
            let _ = stream.set_nodelay(true);
            match tls {
                None => connection(stream, peer, router, limits, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
                        connection(stream, peer, router, limits, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    if timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off at the end of the grace");
    }
}

/// Waits until the server stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Serves one connection to its end.
async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let service = tower::ServiceBuilder::new()
        .map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        })
        .service(router);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.headers);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(250);
    let connection =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(fault) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(%peer, fault, "a connection broke");
    }
}
