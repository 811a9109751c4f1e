using System.Diagnostics;
using System.Globalization;

namespace EtcdAdmin.Lab.Commands;

/// <summary>Commands that create, show and remove labs.</summary>
internal static class LabLifeCommands
{
    public static async Task<int> UpAsync(string name, CommandWords words, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        HostOptions host = ReadHostOptions(words);
        int count = int.Parse(words.TakeNext() ?? "3", CultureInfo.InvariantCulture);
        HostLab lab = await HostLab.StartAsync(
            new HostLabOptions { Name = name, HostCount = count, Host = host, Stays = true }, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lab '{lab.Name}' is up after {watch.Elapsed.TotalSeconds:0.0} s:"));
        Show(lab);
        Console.WriteLine($"  ssh -F {lab.SshConfigPath} n1");
        Console.WriteLine($"  password of clerk: {lab.ClerkPassword}");
        return 0;
    }

    public static async Task<int> AddAsync(HostLab lab, CommandWords words, CancellationToken cancellationToken)
    {
        HostOptions options = ReadHostOptions(words);
        LabHost host = await lab.AddHostAsync(words.Take("HOST"), options, cancellationToken);
        Show(host);
        return 0;
    }

    public static async Task<int> DownAsync(string name, CommandWords words)
    {
        foreach (string lab in words.TakeSwitch("--all") ? HostLab.FindLabs() : [name]) await HostLab.RemoveAsync(lab);
        return 0;
    }

    public static int Status()
    {
        foreach (string name in HostLab.FindLabs())
        {
            Console.WriteLine(name);
            Show(HostLab.Open(name));
        }

        return 0;
    }

    private static HostOptions ReadHostOptions(CommandWords words) => new()
    {
        Release = words.TakeOption("--release") is { } release ? Enum.Parse<DebianRelease>(release, ignoreCase: true) : DebianRelease.Bookworm,
        SystemDiskBytes = words.TakeOption("--size") is { } size ? Quantities.ReadBytes(size) : new HostOptions().SystemDiskBytes,
        HasSystemd = !words.TakeSwitch("--no-systemd"),
    };

    private static void Show(HostLab lab)
    {
        foreach (LabHost host in lab.Hosts) Show(host);
    }

    private static void Show(LabHost host) => Console.WriteLine(string.Join("  ",
        $"  {host.Name,-6}", $"{host.Address,-14}", $"{host.Ipv6Address,-20}", host.Options.Release, host.IsOn ? "on" : "off",
        string.Join(' ', host.Disks.Select(disk => disk.Path)),
        host.CutFrom.Count > 0 ? "cut off from " + string.Join(' ', host.CutFrom) : "").TrimEnd());
}
