//! A server on the loopback interface that speaks as AWS does, and fails as it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// `ec2`, `elb`, `elbv2`, `sts`, or what stands in front of the operation's name.
    pub(crate) service: String,
    pub(crate) operation: String,
    /// From the signature.
    pub(crate) region: String,
    /// The access key that signed.
    pub(crate) key: String,
    /// The parameters of a form; of JSON, the text under "".
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Request {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.operation == name
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A status and a body.
    Says(u16, String),
    /// Half of a body.
    IsCut,
    /// Nothing, ever.
    Hangs,
}

#[expect(clippy::unnecessary_wraps, reason = "handlers give an option")]
impl Reply {
    /// An answer of EC2 with these elements in it.
    pub(crate) fn ec2(inner: impl Into<String>) -> Option<Self> {
        Some(Self::Says(
            200,
            format!("<Response><requestId>r</requestId>{}</Response>", inner.into()),
        ))
    }

    /// An answer of the query protocol.
    pub(crate) fn query(operation: &str, inner: &str) -> Option<Self> {
        let body = format!("<Response><{operation}Result>{inner}</{operation}Result></Response>");
        Some(Self::Says(200, body))
    }

    pub(crate) fn ec2_error(status: u16, code: &str) -> Option<Self> {
        let body = format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>the {code} message</Message>\
             </Error></Errors><RequestID>r</RequestID></Response>"
        );
        Some(Self::Says(status, body))
    }

    pub(crate) fn query_error(status: u16, code: &str) -> Option<Self> {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>the {code} message</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        );
        Some(Self::Says(status, body))
    }
}

type Handler = dyn Fn(&Request) -> Option<Reply> + Send + Sync;

/// The server: what the handler does not answer is answered as of an account that has nothing.
pub(crate) struct Aws {
    url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Aws {
    pub(crate) fn start(
        handler: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (log, handler): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                thread::spawn(move || {
                    // Whoever asks may go away; that is his business.
                    let _ = serve(&stream.unwrap(), &log, &*handler);
                });
            }
        });
        Self { url, seen }
    }

    /// Everything that was asked for.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn times(&self, operation: &str) -> usize {
        self.seen().iter().filter(|request| request.is(operation)).count()
    }

    /// The command in a folder, with credentials for this server.
    pub(crate) fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reach"));
        command.args(arguments).current_dir(folder).env_clear().envs([
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIDBASE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_MAX_ATTEMPTS", "1"),
        ]);
        command
    }

    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        self.command(folder, arguments).output().unwrap()
    }

    pub(crate) fn spawn(&self, folder: &Path, arguments: &[&str]) -> Child {
        let mut command = self.command(folder, arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Request>>, handler: &Handler) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let Some(request) = read(&mut reader)? else { return Ok(()) };
        log.lock().unwrap().push(request.clone());
        let reply = handler(&request).unwrap_or_else(|| nothing(&request));
        let mut stream = stream;
        match reply {
            Reply::Says(status, body) => {
                let body = match status {
                    200 => body.replace("Response>", &format!("{}Response>", request.operation)),
                    _ => body,
                };
                let length = body.len();
                let head = format!("HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\n\r\n");
                stream.write_all((head + &body).as_bytes())?;
            }
            Reply::IsCut => {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<Resp")?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            Reply::Hangs => loop {
                thread::park();
            },
        }
        stream.flush()?;
    }
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8(body).unwrap();
    // Credential=KEY/DATE/REGION/SERVICE/aws4_request
    let scope = headers.get("authorization").and_then(|it| it.split_once("Credential="));
    let mut scope = scope.map_or("", |(_, scope)| scope).split('/');
    let (key, _, region) = (scope.next(), scope.next(), scope.next());
    let mut request = Request {
        service: scope.next().unwrap_or_default().to_owned(),
        operation: String::new(),
        region: region.unwrap_or_default().to_owned(),
        key: key.unwrap_or_default().to_owned(),
        parameters: BTreeMap::new(),
    };
    if let Some(target) = headers.get("x-amz-target") {
        let (_, operation) = target.split_once('.').unwrap();
        operation.clone_into(&mut request.operation);
        request.parameters.insert(String::new(), body);
        return Ok(Some(request));
    }
    for pair in body.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value.replace("%3A", ":").replace("%2F", "/");
        request.parameters.insert(name.to_owned(), value);
    }
    request.operation = request.parameter("Action").unwrap_or_default().to_owned();
    match request.parameter("Version") {
        Some("2012-06-01") => "elb".clone_into(&mut request.service),
        Some("2015-12-01") => "elbv2".clone_into(&mut request.service),
        _ => {}
    }
    Ok(Some(request))
}

/// What an account says that has nothing.
fn nothing(request: &Request) -> Reply {
    let operation = request.operation.as_str();
    match (request.service.as_str(), operation) {
        ("sts", "GetCallerIdentity") => {
            // The key carries the account; the base key is of the first.
            let account = request.key.strip_prefix("AKID").filter(|it| it.len() == 12);
            let account = account.unwrap_or("111122223333");
            let inner = format!(
                "<Account>{account}</Account><Arn>arn:aws:iam::{account}:user/u</Arn><UserId>u</UserId>"
            );
            Reply::query(operation, &inner).unwrap()
        }
        ("sts", "AssumeRole") => {
            let role = request.parameter("RoleArn").unwrap();
            let account = role.split(':').nth(4).unwrap();
            let inner = format!(
                "<Credentials><AccessKeyId>AKID{account}</AccessKeyId>\
                 <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
            );
            Reply::query(operation, &inner).unwrap()
        }
        ("elb" | "elbv2", _) => Reply::query(operation, "").unwrap(),
        ("ec2", _) => Reply::ec2("").unwrap(),
        _ => Reply::Says(200, "{}".to_owned()),
    }
}
