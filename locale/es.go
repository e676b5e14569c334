package locale

var spanish = phrases{}
