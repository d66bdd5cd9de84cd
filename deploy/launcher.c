/* The image has no shell. Under its own name this runs a command of Tapedeck, as the entry point and for people: "tapedeck user add …".
   As tapedeck-ready it is the health check: it ends with 0 when /readyz of the admin port answers 200. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int ready(void) {
  static const char ask[] = "GET /readyz HTTP/1.0\r\n\r\n";
  const char *port = getenv("TAPEDECK_ADMIN_PORT");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port ? atoi(port) : 8081)};
  struct timeval patience = {.tv_sec = 4};
  char answer[sizeof "HTTP/1.1 200"] = "";
  size_t got = 0;
  ssize_t more;
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) || write(s, ask, sizeof ask - 1) < 0) return 1;
  while (got < sizeof answer - 1 && (more = read(s, answer + got, sizeof answer - 1 - got)) > 0) got += more;
  return got < sizeof answer - 1 || strcmp(answer + sizeof "HTTP/1.1" - 1, " 200");
}

int main(int argc, char **argv) {
  static char *java[] = {"java", "@/opt/tapedeck/java.options", "-jar", "/opt/tapedeck/tapedeck.jar"};
  const size_t first = sizeof java / sizeof *java;
  const char *name = strrchr(argv[0], '/');
  if (!strcmp(name ? name + 1 : argv[0], "tapedeck-ready")) return ready();
  char **all = calloc(first + argc, sizeof *all);
  if (!all) return 1;
  memcpy(all, java, sizeof java);
  memcpy(all + first, argv + 1, argc * sizeof *all); /* with the NULL at its end */
  execv("/opt/java/bin/java", all);
  perror("/opt/java/bin/java");
  return 127;
}
