import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;
import org.apache.lucene.util.Version;

/**
 * Lucene as an engine of the side-by-side: "version", "build DIR CORPUS" or
 * "serve DIR", behind the file of the corpus that it takes: "terms" are words as
 * they are, "texts" are for Lucene's own English analysis, told of no
 * stop-words. See engine.go for what goes over standard input and output.
 */
public final class Engine {
  private static final float K1 = 1.2f;
  private static final float B = 0.4f;

  /** Hits are counted up to here; behind it, what cannot be among the best is skipped. */
  private static final int COUNTED = 10;

  private static final int TOP = 10;

  public static void main(String[] args) throws Exception {
    boolean typed = args[0].equals("texts");
    Analyzer analyzer = typed ? new EnglishAnalyzer(CharArraySet.EMPTY_SET) : new WhitespaceAnalyzer();
    switch (args[1]) {
      case "version":
        System.out.println("Lucene " + Version.LATEST + ", Java " + Runtime.version().feature());
        break;
      case "build":
        build(analyzer, Paths.get(args[2]), Paths.get(args[3], args[0]));
        break;
      default:
        serve(analyzer, Paths.get(args[2]), typed);
    }
  }

  /** Indexes with a thread a core, then merges to one segment. */
  private static void build(Analyzer analyzer, Path dir, Path passages) throws Exception {
    long start = System.nanoTime();
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setSimilarity(new BM25Similarity(K1, B));
    config.setRAMBufferSizeMB(256);
    config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    double indexed;
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(dir), config)) {
      indexAll(writer, passages);
      writer.commit();
      indexed = seconds(start);
      start = System.nanoTime();
      writer.forceMerge(1);
    }
    System.out.printf(java.util.Locale.ROOT, "{\"index_s\":%.3f,\"merge_s\":%.3f}%n", indexed, seconds(start));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static final class Lines {
    final int first;
    final List<String> list = new ArrayList<>();

    Lines(int first) {
      this.first = first;
    }
  }

  private static void indexAll(IndexWriter writer, Path passages) throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    BlockingQueue<Lines> queue = new ArrayBlockingQueue<>(4 * threads);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread t = new Thread(() -> {
        try {
          for (Lines l = queue.take(); !l.list.isEmpty(); l = queue.take()) {
            add(writer, l);
          }
        } catch (Exception e) {
          e.printStackTrace();
          System.exit(1);
        }
      });
      t.start();
      workers.add(t);
    }
    try (BufferedReader in = Files.newBufferedReader(passages, StandardCharsets.UTF_8)) {
      Lines lines = new Lines(0);
      int n = 0;
      for (String line = in.readLine(); line != null; line = in.readLine(), n++) {
        lines.list.add(line);
        if (lines.list.size() == 500) {
          queue.put(lines);
          lines = new Lines(n + 1);
        }
      }
      if (!lines.list.isEmpty()) {
        queue.put(lines);
      }
    }
    for (Thread t : workers) {
      queue.put(new Lines(0)); // the end
    }
    for (Thread t : workers) {
      t.join();
    }
  }

  private static void add(IndexWriter writer, Lines lines) throws IOException {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.setTokenized(true);
    type.freeze();
    int id = lines.first;
    for (String line : lines.list) {
      Document doc = new Document();
      doc.add(new Field("text", line, type));
      doc.add(new NumericDocValuesField("id", id++));
      writer.addDocument(doc);
    }
  }

  private static void serve(Analyzer analyzer, Path dir, boolean typed) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(dir));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(K1, B));
      QueryBuilder builder = new QueryBuilder(analyzer);
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int tab = line.indexOf('\t');
        String question = typed ? line.substring(0, tab) : line.substring(tab + 1);
        long start = System.nanoTime();
        long[] ids = search(reader, searcher, builder.createBooleanQuery("text", question));
        StringBuilder answer = new StringBuilder().append(System.nanoTime() - start);
        for (long id : ids) {
          answer.append(' ').append(id);
        }
        System.out.println(answer);
      }
    }
  }

  /** Searches for any of the query's words; it is null where there are none. */
  private static long[] search(DirectoryReader reader, IndexSearcher searcher, Query query) throws IOException {
    TopScoreDocCollector best = TopScoreDocCollector.create(TOP, null, COUNTED);
    searcher.search(query == null ? new MatchNoDocsQuery() : query, best);
    ScoreDoc[] hits = best.topDocs().scoreDocs;
    long[] ids = new long[hits.length];
    for (int i = 0; i < hits.length; i++) {
      NumericDocValues values = MultiDocValues.getNumericValues(reader, "id");
      if (!values.advanceExact(hits[i].doc)) {
        throw new IOException("document " + hits[i].doc + " has no id");
      }
      ids[i] = values.longValue();
    }
    return ids;
  }
}
