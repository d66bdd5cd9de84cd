package io.tapedeck.app;

import io.tapedeck.admin.AdminActs;
import io.tapedeck.admin.AllConversions;
import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.admin.People;
import io.tapedeck.admin.PeopleRoutes;
import io.tapedeck.admin.ServerState;
import io.tapedeck.admin.WorkRoutes;
import io.tapedeck.auth.Accounts;
import io.tapedeck.auth.Auth;
import io.tapedeck.core.Identity;
import io.tapedeck.settings.Settings;
import io.tapedeck.sql.LedgerOverview;
import io.tapedeck.uploads.UploadLimits;
import java.time.Clock;

/** What administrators see and do, on these stores: for the two roles, and for the command line. */
record Administration(Stores stores, Settings settings, Clock clock) {
  AdminActs acts() {
    return new AdminActs(stores.database(), clock);
  }

  People people(Accounts accounts) {
    return new People(stores.database(), accounts, stores.ledger(), acts(), clock);
  }

  AllConversions conversions() {
    return new AllConversions(
        new LedgerOverview(stores.database()),
        stores.ledger(),
        stores.blobs(),
        stores.bus(),
        acts());
  }

  ServerState server() {
    return new ServerState(
        ProgramVersion.text(),
        stores.ledger(),
        stores.blobs(),
        stores.dead(),
        stores.database(),
        new UploadLimits(
            settings.edge().longestVideo(), settings.edge().diskMargin(), settings.edge().quota()),
        settings.edge().keeping().conversion(),
        clock);
  }

  PeopleRoutes peopleRoutes(Auth auth) {
    return new PeopleRoutes(
        auth.identity(), people(auth.accounts()), auth.invitations(), auth.signUpSwitch(), acts());
  }

  /**
   * @param operator knows the health of this process
   */
  WorkRoutes workRoutes(Identity identity, OperatorRoutes operator) {
    return new WorkRoutes(identity, conversions(), stores.dead(), server(), operator, acts());
  }
}
