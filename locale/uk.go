package locale

var ukrainian = phrases{}
