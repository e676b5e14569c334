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
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
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
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene as an engine of the side-by-side: "version", "build DIR CORPUS" or
 * "serve DIR". See engine.go for what goes over standard input and output.
 */
public final class Engine {
  private static final float K1 = 1.2f;
  private static final float B = 0.4f;

  /** Hits are counted up to here; behind it, what cannot be among the best is skipped. */
  private static final int COUNTED = 10;

  private static final int TOP = 10;

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "version":
        System.out.println("Lucene " + Version.LATEST + ", Java " + Runtime.version().feature());
        break;
      case "build":
        build(Paths.get(args[1]), Paths.get(args[2], "terms"));
        break;
      default:
        serve(Paths.get(args[1]));
    }
  }

  /** Indexes with a thread a core, then merges to one segment. */
  private static void build(Path dir, Path terms) throws Exception {
    long start = System.nanoTime();
    IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer());
    config.setSimilarity(new BM25Similarity(K1, B));
    config.setRAMBufferSizeMB(256);
    config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    double indexed;
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(dir), config)) {
      indexAll(writer, terms);
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

  private static void indexAll(IndexWriter writer, Path terms) throws Exception {
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
    try (BufferedReader in = Files.newBufferedReader(terms, StandardCharsets.UTF_8)) {
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

  private static void serve(Path dir) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(dir));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(K1, B));
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String terms = line.substring(line.indexOf('\t') + 1);
        long start = System.nanoTime();
        long[] ids = search(reader, searcher, terms);
        StringBuilder answer = new StringBuilder().append(System.nanoTime() - start);
        for (long id : ids) {
          answer.append(' ').append(id);
        }
        System.out.println(answer);
      }
    }
  }

  private static long[] search(DirectoryReader reader, IndexSearcher searcher, String terms) throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    for (String term : terms.split(" ")) {
      query.add(new TermQuery(new Term("text", term)), BooleanClause.Occur.SHOULD);
    }
    TopScoreDocCollector best = TopScoreDocCollector.create(TOP, null, COUNTED);
    searcher.search(query.build(), best);
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
