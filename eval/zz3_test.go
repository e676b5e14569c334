package eval
import ("testing";"context";"os";"encoding/json";"strings";"path/filepath";"newsdesk/answer";"newsdesk/index";"newsdesk/data")
func TestZZSent(t *testing.T){
 S:="/work/shared/eval/"; var sets []Config
 for i,set:=range []string{"weekly-news","web-facts"} { x,err:=index.Open(filepath.Join("/tmp/lix2",[]string{"0","1"}[i]),"x"); if err!=nil{t.Fatal(err)}
  qf,_:=os.Open(S+set+"/questions.jsonl.gz"); qs,_:=ReadQuestions(qf,"q"); sets=append(sets,Config{Index:x,Corpus:os.DirFS(S+set),Questions:qs,Removal:true}) }
 x,_:=index.Open("/tmp/lix2/2","x"); qs,_:=ReadQuestions(strings.NewReader(data.Questions()),"s"); sets=append(sets,Config{Index:x,Corpus:os.DirFS("../data/articles"),Questions:qs,Removal:true})
 raw,_:=os.ReadFile("../answer/model.json"); var m answer.Model; json.Unmarshal(raw,&m)
 var err error
 if os.Getenv("PASS")!="" { m,err=learnPassages(context.Background(),sets,m); if err!=nil{t.Fatal(err)} }
 m,err=learnSentences(context.Background(),sets,m); if err!=nil{t.Fatal(err)}
 out,_:=json.MarshalIndent(m,""," "); os.WriteFile("../answer/model.json",append(out,'\n'),0o644)
}
