//! Pages of a list, and streams over all of them.

use std::{
    collections::VecDeque,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use crate::{
    call,
    error::Error,
    parameter::set_pair,
    request::{Read, Request},
    transport::BoxFuture,
};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What the page holds.
    pub items: Vec<T>,
    /// The number of this page, if the server says.
    pub number: Option<u64>,
    /// How many pages there are, if the server says.
    pub total_pages: Option<u64>,
    /// How many items a page holds, if the server says.
    pub size: Option<u64>,
    /// How many items there are on all pages, if the server says.
    pub total_items: Option<u64>,
}

impl<T> Page<T> {
    pub(crate) const fn new(items: Vec<T>) -> Self {
        Self { items, number: None, total_pages: None, size: None, total_items: None }
    }

    pub(crate) fn number(self, number: impl Into<Option<i64>>) -> Self {
        Self { number: count(number), ..self }
    }

    pub(crate) fn total_pages(self, total: impl Into<Option<i64>>) -> Self {
        Self { total_pages: count(total), ..self }
    }

    pub(crate) fn size(self, size: impl Into<Option<i64>>) -> Self {
        Self { size: count(size), ..self }
    }

    pub(crate) fn total_items(self, total: impl Into<Option<i64>>) -> Self {
        Self { total_items: count(total), ..self }
    }
}

fn count(number: impl Into<Option<i64>>) -> Option<u64> {
    number.into().and_then(|number| u64::try_from(number).ok())
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<T: Send + 'static> Request<Page<T>> {
    /// This page and those after it, one request at a time.
    ///
    /// It ends at a page without items, at the last page the server speaks of, at a page that does not advance, and
    /// after an error.
    pub fn pages(self) -> Pages<T> {
        Pages { request: self, next: None, last: None, waiting: Mutex::default(), done: false }
    }

    /// The items of this page and those after it.
    pub fn items(self) -> Items<T> {
        Items { pages: self.pages(), items: VecDeque::new() }
    }
}

/// A page and the bytes it was read from.
type Answer<T> = Result<(Page<T>, Bytes), Error>;

/// A stream of pages.
#[must_use = "a stream does nothing until it is read"]
pub struct Pages<T> {
    request: Request<Page<T>>,
    /// The number of the page to ask for; the first request says it itself.
    next: Option<u64>,
    /// The last page: its number and its bytes.
    last: Option<(Option<u64>, Bytes)>,
    /// The request under way. Only whoever has the stream alone can touch it, so that others may share the stream.
    waiting: Mutex<Option<BoxFuture<'static, Answer<T>>>>,
    done: bool,
}

impl<T: Send + 'static> Pages<T> {
    /// The next page, `None` after the last.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of the request.
    pub async fn next(&mut self) -> Result<Option<Page<T>>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if self.done {
            return Poll::Ready(None);
        }
        let waiting = self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner);
        let request = waiting.get_or_insert_with(|| fetch(self.request.clone(), self.next));
        let answer = ready!(request.as_mut().poll(context));
        *waiting = None;
        match answer {
            Ok((page, bytes)) => Poll::Ready(self.accept(page, bytes).map(Ok)),
            Err(error) => {
                self.done = true;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    /// The page, unless the list is at its end.
    fn accept(&mut self, page: Page<T>, bytes: Bytes) -> Option<Page<T>> {
        let advances = self.last.as_ref().is_none_or(|(number, last_bytes)| match (number, page.number) {
            (Some(last), Some(number)) => number > *last,
            _ => bytes != *last_bytes,
        });
        if !advances || page.items.is_empty() && self.last.is_some() {
            self.done = true;
            return None;
        }
        let number = page.number.or(self.next).unwrap_or_else(|| self.requested());
        let follows = number.checked_add(1).filter(|next| page.total_pages.is_none_or(|total| *next <= total));
        self.done = page.items.is_empty() || follows.is_none() || self.request.parts.operation.pagination.is_none();
        self.next = follows;
        self.last = Some((page.number, bytes));
        Some(page)
    }

    /// The number of the page that the request itself asks for.
    fn requested(&self) -> u64 {
        let Some(pagination) = &self.request.parts.operation.pagination else { return 0 };
        url::form_urlencoded::parse(self.request.parts.query.as_bytes())
            .find(|(name, _)| name == pagination.number)
            .and_then(|(_, number)| number.parse().ok())
            .unwrap_or(pagination.first)
    }
}

fn fetch<T: Send + 'static>(mut request: Request<Page<T>>, number: Option<u64>) -> BoxFuture<'static, Answer<T>> {
    if let (Some(number), Some(pagination)) = (number, &request.parts.operation.pagination) {
        set_pair(&mut request.parts.query, pagination.number, &number.to_string());
    }
    Box::pin(async move {
        let response = call::buffered(&request.parts).await?;
        match request.read {
            Read::Buffered(read) => Ok((read(&response)?, response.body)),
            Read::Streamed(_) => Err(response.unexpected()),
        }
    })
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

/// `for page in request.pages()`: blocks while it waits for a page.
#[cfg(feature = "blocking")]
impl<T: Send + 'static> IntoIterator for Pages<T> {
    type Item = Result<Page<T>, Error>;
    type IntoIter = crate::blocking::BlockingIter<Self>;

    fn into_iter(self) -> Self::IntoIter {
        crate::blocking::BlockingIter::new(self.request.parts.client.clone(), self)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("request", &self.request).field("next", &self.next).finish_non_exhaustive()
    }
}

/// A stream of the items of all pages.
#[must_use = "a stream does nothing until it is read"]
pub struct Items<T> {
    pages: Pages<T>,
    items: VecDeque<T>,
}

impl<T: Send + 'static> Items<T> {
    /// The next item, `None` after the last.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request for a page.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll(context)).await.transpose()
    }

    /// At most `limit` items, from as few pages as hold them.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of a request for a page; the items before it are lost.
    pub async fn collect(mut self, limit: usize) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while items.len() < limit {
            match self.next().await? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        Ok(items)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                Some(Ok(page)) => self.items = page.items.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: Send + Unpin + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

/// `for item in request.items()`: blocks while it waits for a page.
#[cfg(feature = "blocking")]
impl<T: Send + Unpin + 'static> IntoIterator for Items<T> {
    type Item = Result<T, Error>;
    type IntoIter = crate::blocking::BlockingIter<Self>;

    fn into_iter(self) -> Self::IntoIter {
        crate::blocking::BlockingIter::new(self.pages.request.parts.client.clone(), self)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
