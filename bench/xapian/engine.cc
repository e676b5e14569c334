// Xapian as an engine of the side-by-side: "version", "build DIR CORPUS" or
// "serve DIR", behind the file of the corpus that it takes: "terms" are words as
// they are, "texts" are for Xapian's own English analysis, told of no
// stop-words. See engine.go for what goes over standard input and output.
#include <xapian.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
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

const std::string kTexts = "texts";

std::vector<std::string> wordsOf(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

// build adds the passages without positions, which no search here asks for,
// and compacts them into one table.
void build(const std::string& kind, const std::string& dir, const std::string& corpus) {
  auto start = Clock::now();
  const std::string loose = dir + "/loose";
  {
    Xapian::WritableDatabase db(loose, Xapian::DB_CREATE_OR_OVERWRITE);
    Xapian::TermGenerator analysis;
    analysis.set_stemmer(Xapian::Stem("en"));
    analysis.set_stemming_strategy(Xapian::TermGenerator::STEM_ALL);
    std::ifstream in(corpus + "/" + kind);
    if (!in) throw std::runtime_error("cannot read " + corpus + "/" + kind);
    for (std::string line; std::getline(in, line);) {
      Xapian::Document doc;
      if (kind == kTexts) {
        analysis.set_document(doc);
        analysis.index_text_without_positions(line);
      } else {
        for (const auto& term : wordsOf(line)) doc.add_term(term);
      }
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

void serve(const std::string& kind, const std::string& dir) {
  Xapian::Database db(dir + "/index");
  Xapian::QueryParser analysis;
  analysis.set_stemmer(Xapian::Stem("en"));
  analysis.set_stemming_strategy(Xapian::QueryParser::STEM_ALL);
  analysis.set_default_op(Xapian::Query::OP_OR);
  const unsigned kNoOperators = 0;
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const auto tab = line.find('\t');
    const std::string question = line.substr(0, tab), terms = line.substr(tab + 1);
    const auto start = Clock::now();
    Xapian::Query query;
    if (kind == kTexts) {
      query = analysis.parse_query(question, kNoOperators);
    } else {
      const auto words = wordsOf(terms);
      query = Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end());
    }
    Xapian::Enquire enquire(db);
    enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 1, 0.4, 0));
    enquire.set_query(query);
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
  const std::string kind = argc > 1 ? argv[1] : "", command = argc > 2 ? argv[2] : "";
  if (command == "version") {
    std::cout << "Xapian " << Xapian::version_string() << std::endl;
  } else if (command == "build" && argc == 5) {
    build(kind, argv[3], argv[4]);
  } else if (command == "serve" && argc == 4) {
    serve(kind, argv[3]);
  } else {
    std::cerr << "usage: engine terms|texts version | build DIR CORPUS | serve DIR" << std::endl;
    return 2;
  }
} catch (const Xapian::Error& e) {
  std::cerr << "xapian: " << e.get_description() << std::endl;
  return 1;
} catch (const std::exception& e) {
  std::cerr << "xapian: " << e.what() << std::endl;
  return 1;
}
