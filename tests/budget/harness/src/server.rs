//! A server that knows each answer beforehand.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use crate::call::Call;

/// A server of this process on the loopback interface. Connections are kept, each has a thread.
pub struct Server {
    base_url: String,
}

impl Server {
    /// Starts it on a free port.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let base_url = format!("http://{}/v2", listener.local_addr()?);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // An error is the end of the connection: the caller is done.
                thread::spawn(move || answer(connection).ok());
            }
        });
        Ok(Self { base_url })
    }

    /// Where it is.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let responses = Call::ALL.map(Call::response);
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let call = Call::requested(&line);
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap_or(0);
                }
                Some(_) => {}
                None => break,
            }
        }
        std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
        let response = Call::ALL.iter().zip(&responses).find(|(known, _)| Some(**known) == call);
        let unknown = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        // One write: how the response is cut into packets is the same each time.
        connection.write_all(response.map_or(unknown, |(_, text)| text).as_bytes())?;
    }
}
