using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Members under systemd, which starts them at boot and restarts them when they fail.</summary>
internal sealed class SystemdMemberService(IHost host, string unit) : IMemberService
{
    // systemd kills a process that has not ended after the unit's TimeoutStopSec; this is the extra time for it to report that.
    public const int StopSeconds = 30;

    /// <summary>While this file exists, the unit may start etcd without data. In /run, so that it is deleted at the next boot.</summary>
    public static string FirstStartFile(string unit) => $"/run/etcdadmin.first-start.{unit}";

    // The file with systemd's id of the last run that EtcdAdmin started: systemd may have started another run since.
    private static string StartedFile(string unit) => $"/run/etcdadmin.started.{unit}";

    public Task StartAsync(MemberSpec member, EtcdVersion version, DataAtStart data, CancellationToken cancellationToken)
    {
        var script = new HostScript(SystemdScripts.Start)
        {
            Arguments =
            [
                unit, member.BinDirectory, version.ToString(), FirstStartFile(unit), StartedFile(unit), data == DataAtStart.Required ? "yes" : "no",
                .. MemberDataCheck.Arguments(member),
            ],
        };
        return MemberDataCheck.RunAsync(host, member, script, cancellationToken);
    }

    public async Task StopAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        ScriptResult result = await host
            .RunAsync(new HostScript(SystemdScripts.Stop) { Arguments = [unit] }, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw new EtcdException(EtcdErrorIds.MemberStopFailed,
            $"Member {member.Name} on {host.Name} could not be stopped: {result.Error.Trim()}.")
        { Target = member.Name };
    }

    public async Task<MemberServiceState> GetStateAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(SystemdScripts.State) { Arguments = [unit] };
        string output = await host.RunRequiredAsync($"check the process of {member.Name}", script, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, string> values = output.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new MemberServiceState(ParseProcess(values.GetValueOrDefault("MainPID", "")))
        {
            // systemd has the counter since version 235.
            Restarts =
                int.TryParse(values.GetValueOrDefault("NRestarts"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0,
        };
    }

    public async Task<MemberServiceState> LookAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        HostScript script = HostLookScripts.Of(SystemdScripts.Look, member, [unit]);
        string output = await host.RunRequiredAsync($"check the process of {member.Name}", script, cancellationToken).ConfigureAwait(false);
        return HostLookScripts.Parse(output, ParseProcess);
    }

    public async Task<string> ReadLogTailAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(SystemdScripts.LogTail) { Arguments = [unit, StartedFile(unit)] };
        return (await host.RunAsync(script, cancellationToken).ConfigureAwait(false)).Output.Trim();
    }

    // systemd reports 0 for "no process".
    public static int? ParseProcess(string output) =>
        int.TryParse(output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0 ? id : null;
}
