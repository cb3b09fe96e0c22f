//! What octocrab sends goes through the client that downloads have, too. Its futures do not sleep: each look at them
//! waits for a moment, and asks for the next one.

use crate::system::exchange::{Arrival, Client, Exchange};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use octocrab::OctoBody;
use std::{
    future::{Future, poll_fn},
    io,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};
use tower_service::Service;

/// A service for octocrab.
pub(crate) struct Bridge {
    client: Client,
}

impl Bridge {
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Service<Request<OctoBody>> for Bridge {
    type Response = Response<ReceivedBody>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let client = self.client.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
            let mut exchange = client.send(Request::from_parts(head, body.to_vec()));
            match poll_fn(|context| next(&mut exchange, context)).await {
                Arrival::Head(head) => Ok(Response::from_parts(head, ReceivedBody(Mutex::new(exchange)))),
                Arrival::Broken(why) => Err(io::Error::other(why)),
                Arrival::Piece(_) | Arrival::End => Err(io::Error::other("a body without a head")),
            }
        })
    }
}

fn next(exchange: &mut Exchange, context: &Context<'_>) -> Poll<Arrival> {
    exchange.next().map_or_else(
        || {
            context.waker().wake_by_ref();
            Poll::Pending
        },
        Poll::Ready,
    )
}

/// The body of an answer. The lock is what octocrab asks for; nobody else ever takes it.
pub(crate) struct ReceivedBody(Mutex<Exchange>);

impl Body for ReceivedBody {
    type Data = bytes::Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<bytes::Bytes>, io::Error>>> {
        let exchange = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        next(exchange, context).map(|event| match event {
            Arrival::Piece(bytes) => Some(Ok(Frame::data(bytes.into()))),
            Arrival::Broken(why) => Some(Err(io::Error::other(why))),
            Arrival::Head(_) | Arrival::End => None,
        })
    }
}
