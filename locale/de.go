package locale

var german = phrases{}
