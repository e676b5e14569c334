// Xapian as an engine of the side-by-side: "version", "build DIR CORPUS" or
// "serve DIR". See engine.go for what goes over standard input and output.
#include <xapian.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

const Xapian::doccount kTop = 10;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// build adds the passages without positions, which no search here asks for,
// and compacts them into one table.
void build(const std::string& dir, const std::string& corpus) {
  auto start = Clock::now();
  const std::string loose = dir + "/loose";
  {
    Xapian::WritableDatabase db(loose, Xapian::DB_CREATE_OR_OVERWRITE);
    std::ifstream in(corpus + "/terms");
    if (!in) throw std::runtime_error("cannot read " + corpus + "/terms");
    for (std::string line; std::getline(in, line);) {
      Xapian::Document doc;
      std::istringstream terms(line);
      for (std::string term; terms >> term;) doc.add_term(term);
      db.add_document(doc);
    }
    db.commit();
  }
  const double indexed = secondsSince(start);
  start = Clock::now();
  Xapian::Database(loose).compact(dir + "/index", Xapian::Compactor::FULL);
  const double merged = secondsSince(start);
  std::filesystem::remove_all(loose);
  std::printf("{\"index_s\":%.3f,\"merge_s\":%.3f}\n", indexed, merged);
}

void serve(const std::string& dir) {
  Xapian::Database db(dir + "/index");
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::string question = line.substr(line.find('\t') + 1);
    const auto start = Clock::now();
    std::vector<std::string> terms;
    std::istringstream in(question);
    for (std::string term; in >> term;) terms.push_back(term);
    Xapian::Enquire enquire(db);
    enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.4, 0));
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end()));
    const Xapian::MSet found = enquire.get_mset(0, kTop);
    std::vector<Xapian::docid> ids;
    for (auto hit = found.begin(); hit != found.end(); ++hit) ids.push_back(*hit - 1);
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
    std::cout << took;
    for (auto id : ids) std::cout << ' ' << id;
    std::cout << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "version") {
    std::cout << "Xapian " << Xapian::version_string() << std::endl;
  } else if (command == "build" && argc == 4) {
    build(argv[2], argv[3]);
  } else if (command == "serve" && argc == 3) {
    serve(argv[2]);
  } else {
    std::cerr << "usage: engine version | build DIR CORPUS | serve DIR" << std::endl;
    return 2;
  }
} catch (const Xapian::Error& e) {
  std::cerr << "xapian: " << e.get_description() << std::endl;
  return 1;
} catch (const std::exception& e) {
  std::cerr << "xapian: " << e.what() << std::endl;
  return 1;
}
