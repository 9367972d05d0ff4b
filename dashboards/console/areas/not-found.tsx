import { Page } from '../pieces/page.tsx';

export function NotFound() {
  return (
    <Page
      title="No such page"
      says="The address leads to nothing in this house: it may have been cut when it was sent."
    >
      <p>
        Begin at <a href="/">the estate</a>, or look among <a href="/alerts">the alerts</a>.
      </p>
    </Page>
  );
}
