module example.com/m/tools

go 1.24.3
