namespace EtcdAdmin.Lab.Commands;

/// <summary>Commands for one host.</summary>
internal static class FaultCommands
{
    private static readonly Dictionary<string, Func<LabHost, CommandWords, CancellationToken, Task>> All = new(StringComparer.Ordinal)
    {
        ["kill"] = (host, _, _) => host.KillAsync(),
        ["start"] = (host, _, stop) => host.StartAsync(stop),
        ["reboot"] = (host, _, stop) => host.RebootAsync(stop),
        ["partition"] = (host, words, stop) => host.PartitionAsync(words.Rest.Count > 0 ? words.Rest : null, stop),
        ["heal"] = (host, _, stop) => host.HealAsync(stop),
        ["slow"] = (host, words, stop) => host.SlowAsync(Quantities.ReadTime(words.Take("TIME")), stop),
        ["disk"] = async (host, words, stop) =>
            Console.WriteLine((await host.AddDiskAsync(Quantities.ReadBytes(words.Take("SIZE")), stop)).Path),
        ["lose"] = LoseAsync,
        ["fill"] = (host, words, stop) => host.FillDiskAsync(words.TakeNext() ?? "/", stop),
        ["free"] = (host, words, stop) => host.FreeDiskAsync(words.TakeNext() ?? "/", stop),
        ["clock"] = (host, words, stop) => host.ShiftClockAsync(Quantities.ReadTime(words.Take("TIME")), stop),
        ["rekey"] = (host, _, stop) => host.ReplaceHostKeysAsync(stop),
    };

    /// <summary>Finds a command by name; null if it does not exist.</summary>
    public static Func<LabHost, CommandWords, CancellationToken, Task>? Find(string command) => All.GetValueOrDefault(command);

    private static Task LoseAsync(LabHost host, CommandWords words, CancellationToken cancellationToken)
    {
        string what = words.Take("DISK or DIRECTORY");
        return what.StartsWith("/dev/", StringComparison.Ordinal)
            ? host.LoseDiskAsync(new LabDisk(host.Name, what), cancellationToken)
            : host.LoseFolderAsync(what, cancellationToken);
    }
}
