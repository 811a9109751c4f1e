using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Members as plain processes that outlive their session and are found again by their pid file.</summary>
internal sealed class ProcessMemberService(IHost host) : IMemberService
{
    private const int StopTenths = 150;

    public Task StartAsync(MemberSpec member, EtcdVersion version, DataAtStart data, CancellationToken cancellationToken)
    {
        MemberLayout layout = member.Layout;
        var script = new HostScript(ProcessScripts.Start)
        {
            Arguments =
            [
                layout.PidFile, layout.ConfigFile, member.BinaryPath("etcd", version), layout.LogFile, layout.Directory,
                data == DataAtStart.Required ? "yes" : "no", .. MemberDataCheck.Arguments(member),
            ],
        };
        return MemberDataCheck.RunAsync(host, member, script, cancellationToken);
    }

    public async Task StopAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(ProcessScripts.Stop)
        {
            Arguments = [member.Layout.PidFile, member.Layout.ConfigFile, StopTenths.ToString(CultureInfo.InvariantCulture)],
        };
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw new EtcdException(EtcdErrorIds.MemberStopFailed,
            $"Member {member.Name} on {host.Name} could not be stopped: {result.Error.Trim()}.")
        { Target = member.Name };
    }

    public async Task<MemberServiceState> GetStateAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(ProcessScripts.State) { Arguments = ProcessArguments(member) };
        string output = await host.RunRequiredAsync($"check the process of {member.Name}", script, cancellationToken).ConfigureAwait(false);
        return new MemberServiceState(ParseProcess(output));
    }

    public async Task<MemberServiceState> LookAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        HostScript script = HostLookScripts.Of(ProcessScripts.Look, member, ProcessArguments(member));
        string output = await host.RunRequiredAsync($"check the process of {member.Name}", script, cancellationToken).ConfigureAwait(false);
        return HostLookScripts.Parse(output, ParseProcess);
    }

    public async Task<string> ReadLogTailAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(ProcessScripts.LogTail) { Arguments = [member.Layout.LogFile] };
        return (await host.RunAsync(script, cancellationToken).ConfigureAwait(false)).Output.Trim();
    }

    private static string[] ProcessArguments(MemberSpec member) => [member.Layout.PidFile, member.Layout.ConfigFile];

    private static int? ParseProcess(string output) =>
        int.TryParse(output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
}
