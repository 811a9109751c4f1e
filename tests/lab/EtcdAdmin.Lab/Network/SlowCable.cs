using System.Globalization;
using System.Runtime.InteropServices;
using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab.Network;

/// <summary>Inserts a <see cref="DelayLine"/> between a host and the bridge, and removes it.</summary>
internal sealed class SlowCable(LabFolder folder, HostRecord host, MachineNames names)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private const string StartScript = """
        exec </dev/null >>"$1" 2>&1
        shift
        exec "$@"
        """;

    private string PidFile => $"{folder.Host(host.Name)}/delay.pid";

    /// <summary>Inserts the delay line and returns its process.</summary>
    public async Task<ProcessIdentity> InsertAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await LabBridge.BatchAsync(
        [
            $"link add {names.Port} type veth peer name {names.PortPeer}",
            $"link set {names.Port} master {names.Bridge} arp off addrgenmode none up",
            $"link set {names.PortPeer} arp off addrgenmode none up",
        ], cancellationToken);
        // The host's own end leaves the bridge last: if the line does not start, the host is still connected.
        ProcessIdentity line = await StartLineAsync(delay, cancellationToken);
        await LabBridge.BatchAsync([$"link set {names.Cable} nomaster"], cancellationToken);
        return line;
    }

    /// <summary>Removes the delay line. Does nothing if there is none.</summary>
    public async Task RemoveAsync()
    {
        if (host.DelayLine is { IsAlive: true } line)
        {
            await Tool.TryRunAsync("kill", ["-9", line.Id.ToString(CultureInfo.InvariantCulture)], "", default);
        }

        File.Delete(PidFile);
        await LabBridge.DeleteLinkAsync(names.Port);
        if (Directory.Exists($"/sys/class/net/{names.Cable}"))
        {
            await LabBridge.BatchAsync([$"link set {names.Cable} master {names.Bridge}"], default);
        }
    }

    private async Task<ProcessIdentity> StartLineAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        string log = $"{folder.Host(host.Name)}/delay.log";
        await Tool.RunAsync("setsid",
            ["--fork", "sh", "-c", StartScript, "sh", log, dotnet, typeof(SlowCable).Assembly.Location, Commands.LabCommand.DelayLine,
                names.Cable, names.PortPeer, delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), PidFile],
            cancellationToken);
        DateTime end = DateTime.UtcNow + StartLimit;
        while (true)
        {
            string id = File.Exists(PidFile) ? await File.ReadAllTextAsync(PidFile, cancellationToken) : "";
            if (id.Length > 0 && ProcessIdentity.Find(int.Parse(id, CultureInfo.InvariantCulture)) is { } line) return line;
            if (DateTime.UtcNow > end)
            {
                string output = File.Exists(log) ? await File.ReadAllTextAsync(log, cancellationToken) : "";
                throw new LabException($"The delay line of host {host.Name} did not start: {output}");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }
}
