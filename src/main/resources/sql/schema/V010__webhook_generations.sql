-- Raised by resume and by a change of the URL, so that answers to requests sent before count no more.
alter table wadi.webhooks add column generation int not null default 0;
