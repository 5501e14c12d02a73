// SPDX-License-Identifier: BSD-2-Clause
//! One GET, and what its response means.

use std::io::{self, Read};
use std::time::Duration;

use ureq::http::{Response, StatusCode, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Error as Cause, Proxy};

/// Why a GET brought nothing.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// May be over soon: worth another try.
    Passing(String),
    /// Will be the same at the next try.
    Lasting(String),
    /// The mirror works, and does not have it.
    Absent(String),
}

/// A mirror's response.
pub struct Answer {
    /// Where in the file the body begins: where it was asked to, or at 0.
    pub start: u64,
    /// The whole file's length, if the mirror says it.
    pub length: Option<u64>,
    pub body: Box<dyn Read>,
}

/// What sends the requests.
pub struct Client {
    agent: Agent,
    proxy: Option<String>,
}

impl Client {
    /// For the mirror of this address. One that is asked by https is never left for plain http.
    pub fn new(url: &str, patience: Duration) -> Result<Self, Trouble> {
        let https = url.starts_with("https://");
        let proxy = proxy()?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(https)
            .user_agent(concat!("rwmem-vm-test/", env!("CARGO_PKG_VERSION")))
            .proxy(proxy.clone())
            .timeout_resolve(Some(patience))
            .timeout_connect(Some(patience))
            .timeout_recv_response(Some(patience))
            // For each piece, not for the whole body: that may take long, as long as something comes.
            .timeout_per_read(Some(patience));
        if https {
            config = config.tls_config(TlsConfig::builder().root_certs(trusted()?).build());
        }
        Ok(Client {
            agent: config.build().into(),
            proxy: proxy.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())),
        })
    }

    /// Asks for a file from this position on.
    pub fn get(&self, url: &str, from: u64) -> Result<Answer, Trouble> {
        let mut request = self.agent.get(url);
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let response = request.call().map_err(|cause| self.trouble(&cause))?;
        match response.status() {
            StatusCode::OK => Ok(Answer {
                start: 0,
                length: number(&response, header::CONTENT_LENGTH),
                body: body(response),
            }),
            StatusCode::PARTIAL_CONTENT if from > 0 => match range(&response) {
                Some((start, length)) if start == from => Ok(Answer {
                    start,
                    length,
                    body: body(response),
                }),
                _ => self.get(url, 0),
            },
            // It has no such part: what is here of the file is not the beginning of that one.
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => self.get(url, 0),
            status => {
                let what = format!("the response is {status}{}", self.by_proxy());
                Err(match status.as_u16() {
                    404 | 410 => Trouble::Absent(what),
                    408 | 425 | 429 | 500.. => Trouble::Passing(what),
                    _ => Trouble::Lasting(what),
                })
            }
        }
    }

    fn by_proxy(&self) -> String {
        let proxy = self.proxy.as_ref();
        proxy
            .map(|proxy| format!(" (through the proxy {proxy})"))
            .unwrap_or_default()
    }

    fn trouble(&self, cause: &Cause) -> Trouble {
        let what = format!("{}{}", plainly(cause), self.by_proxy());
        match cause {
            Cause::Rustls(_)
            | Cause::Tls(_)
            | Cause::RequireHttpsOnly(_)
            | Cause::BadUri(_)
            | Cause::TooManyRedirects
            | Cause::RedirectFailed
            | Cause::InvalidProxyUrl => Trouble::Lasting(what),
            // A certificate that is not trusted comes as this.
            Cause::Io(error) if error.kind() == io::ErrorKind::InvalidData => Trouble::Lasting(
                format!("{what} (SSL_CERT_FILE names the certificates to trust)"),
            ),
            _ => Trouble::Passing(what),
        }
    }
}

/// What kept a body from being read to its end.
pub fn broken(error: io::Error) -> Trouble {
    Trouble::Passing(plainly(&Cause::from(error)))
}

/// The cause without the library's categories.
fn plainly(cause: &Cause) -> String {
    match cause {
        Cause::Io(error) => error.to_string(),
        Cause::HostNotFound => "there is no such host".into(),
        Cause::Timeout(_) => "nothing came in time".into(),
        other => other.to_string(),
    }
}

/// The environment's proxy. A setting that cannot be understood is an error: the proxy is there for a reason.
fn proxy() -> Result<Option<Proxy>, Trouble> {
    let proxy = Proxy::try_from_env();
    for name in [
        "ALL_PROXY",
        "all_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ] {
        if proxy.is_none() && crate::variable::set(name).is_some() {
            return Err(Trouble::Lasting(format!(
                "{name} is not the address of a proxy"
            )));
        }
    }
    Ok(proxy)
}

/// The certificates that this machine trusts (or SSL_CERT_FILE, SSL_CERT_DIR); without any, Mozilla's.
fn trusted() -> Result<RootCerts, Trouble> {
    let native = rustls_native_certs::load_native_certs();
    if native.certs.is_empty() {
        let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
        return match named
            .iter()
            .find(|name| crate::variable::set(name).is_some())
        {
            Some(name) => Err(Trouble::Lasting(format!(
                "{name} names no certificate that can be read"
            ))),
            None => Ok(RootCerts::WebPki),
        };
    }
    let owned = native
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned());
    Ok(owned.into())
}

/// The body, however long it is; who reads it sets the limit.
fn body(response: Response<Body>) -> Box<dyn Read> {
    Box::new(
        response
            .into_body()
            .into_with_config()
            .limit(u64::MAX)
            .reader(),
    )
}

fn number(response: &Response<Body>, name: header::HeaderName) -> Option<u64> {
    response
        .headers()
        .get(name)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// `bytes 100-199/200`: where it begins, and the whole length, if it is known.
fn range(response: &Response<Body>) -> Option<(u64, Option<u64>)> {
    let text = response
        .headers()
        .get(header::CONTENT_RANGE)?
        .to_str()
        .ok()?;
    let (part, length) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let start = part.split_once('-')?.0.trim().parse().ok()?;
    Some((start, length.trim().parse().ok()))
}
