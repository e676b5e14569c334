package locale

var french = phrases{}
