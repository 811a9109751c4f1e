Console.WriteLine("EtcdAdmin");
