import {notFound} from './parts/states.js';
import {consumerGroupPage} from './pages/consumer-group.js';
import {consumerGroupFormPage} from './pages/consumer-group-form.js';
import {consumerGroupsPage} from './pages/consumer-groups.js';
import {eventTablePage} from './pages/event-table.js';
import {eventTablesPage} from './pages/event-tables.js';
import {overviewPage} from './pages/overview.js';
import {pipelinePage} from './pages/pipeline.js';
import {pipelineFormPage} from './pages/pipeline-form.js';
import {pipelinesPage} from './pages/pipelines.js';
import {routePage} from './pages/route.js';
import {routesPage} from './pages/routes.js';
import {rowHistoryPage} from './pages/row-history.js';
import {settingsPage} from './pages/settings.js';
import {streamFormPage} from './pages/stream-form.js';
import {streamsPage} from './pages/streams.js';
import {webhookPage} from './pages/webhook.js';
import {webhookFormPage} from './pages/webhook-form.js';
import {webhooksPage} from './pages/webhooks.js';

/** `*` stands for a name, which the page is given; the first pattern that fits wins. */
const PAGES = [
  [[], overviewPage],
  [['overview'], overviewPage],
  [['pipelines'], pipelinesPage],
  [['pipelines', 'new'], pipelineFormPage],
  [['pipelines', '*'], pipelinePage],
  [['pipelines', '*', 'edit'], pipelineFormPage],
  [['event_tables'], eventTablesPage],
  [['event_tables', '*'], eventTablePage],
  [['event_tables', '*', 'row'], rowHistoryPage],
  [['streams'], streamsPage],
  [['streams', 'new'], streamFormPage],
  [['consumer_groups'], consumerGroupsPage],
  [['consumer_groups', 'new'], consumerGroupFormPage],
  [['consumer_groups', '*'], consumerGroupPage],
  [['consumer_groups', '*', 'edit'], consumerGroupFormPage],
  [['webhooks'], webhooksPage],
  [['webhooks', 'new'], webhookFormPage],
  [['webhooks', '*'], webhookPage],
  [['webhooks', '*', 'edit'], webhookFormPage],
  [['routes'], routesPage],
  [['routes', '*'], routePage],
  [['settings'], settingsPage],
];

/** What makes the page at an address; it gets `{redraw, refresh}`. */
export function pageAt(parts, query) {
  const found = PAGES.find(([pattern]) => fits(pattern, parts));
  if (!found) {
    return missingPage;
  }
  const [pattern, makePage] = found;
  const name = parts[pattern.indexOf('*')];
  return (context) => makePage({...context, name, query});
}

function fits(pattern, parts) {
  return pattern.length === parts.length && pattern.every((part, place) => part === '*' || part === parts[place]);
}

function missingPage() {
  return {
    title: 'Not Found',
    every: 0,
    load: async () => null,
    view: () => notFound('There is no page at this address.'),
  };
}
