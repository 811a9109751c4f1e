using System.Globalization;

namespace EtcdAdmin.Lab.Commands;

/// <summary>The command <c>lab</c> for interactive use.</summary>
internal static class LabCommand
{
    private const string Usage = """
        usage: lab [--lab NAME] COMMAND

          up [COUNT] [--release bookworm|trixie] [--size 2G] [--no-systemd]
                                  start a lab (3 hosts: n1, n2, n3) and wait until all accept logins
          down [--all]            remove the lab, or all labs of this machine
          status                  labs and hosts
          add HOST [options of up]
          ssh HOST [COMMAND]      with the lab's key; LOGIN@HOST for ops, clerk and guest
          shell HOST [COMMAND]    as root, without ssh and network

          kill HOST               power off at once
          start HOST              power on
          reboot HOST
          partition HOST [OTHER ...]
                                  cut off from all, or from other hosts and 'operator' (this machine)
          heal HOST               end all cuts of the host
          slow HOST 200ms         delay every response; 0 ends the delay
          disk HOST 2G            add an empty disk and print its path
          lose HOST /dev/vdb|DIR  delete the contents of a disk or a directory
          fill HOST [MOUNTPOINT]  fill a disk completely
          free HOST [MOUNTPOINT]  free the space again
          clock HOST +3h          shift the clock; 0 sets it right again
          rekey HOST              new ssh host keys; known_hosts keeps the old ones

        The name of the lab is 'lab' unless --lab or the variable ETCDADMIN_LAB gives another name. Files: /run/etcdadmin-lab/NAME (ssh_config,
        known_hosts, client_key; hosts/*/console.log).
        """;

    /// <summary>The command that <see cref="Network.SlowCable"/> starts; not for interactive use.</summary>
    public const string DelayLine = "delay-line";

    /// <summary>Runs the command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var words = new CommandWords(arguments);
        string name = words.TakeOption("--lab") ?? Environment.GetEnvironmentVariable("ETCDADMIN_LAB") ?? "lab";
        switch (words.TakeNext())
        {
            case "up": return await LabLifeCommands.UpAsync(name, words, cancellationToken);
            case "down": return await LabLifeCommands.DownAsync(name, words);
            case "status": return LabLifeCommands.Status();
            case "add": return await LabLifeCommands.AddAsync(HostLab.Open(name), words, cancellationToken);
            case "ssh": return await LoginCommands.SshAsync(HostLab.Open(name), words, cancellationToken);
            case "shell": return await LoginCommands.ShellAsync(HostLab.Open(name), words, cancellationToken);
            case { } fault when FaultCommands.Find(fault) is { } run:
                LabHost host = HostLab.Open(name)[words.Take("HOST")];
                await run(host, words, cancellationToken);
                return 0;
            case DelayLine:
                Network.DelayLine.Run(words.Take("HOST SIDE"), words.Take("BRIDGE SIDE"),
                    TimeSpan.FromMilliseconds(double.Parse(words.Take("DELAY"), CultureInfo.InvariantCulture)), words.Take("PID FILE"));
                return 0;
            case null or "help" or "--help" or "-h":
                Console.WriteLine(Usage);
                return 0;
            case { } unknown:
                throw new LabException(string.Create(CultureInfo.InvariantCulture, $"Unknown command '{unknown}'.\n{Usage}"));
        }
    }
}
