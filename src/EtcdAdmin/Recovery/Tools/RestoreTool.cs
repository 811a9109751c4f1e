using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>etcd's own restore tool, of the version that is installed for the member.</summary>
/// <param name="Path">Its path on the host.</param>
/// <param name="CanBump">Whether it can raise revisions.</param>
internal sealed record RestoreTool(string Path, bool CanBump)
{
    /// <summary>Finds the tool, and checks that it and its etcd run on the host: the restored member has to start.</summary>
    /// <exception cref="EtcdException">
    /// PackageNotFound: the installed package has no such tool, or no etcd. ArchitectureMismatch: a program does not run there. NotEtcd: a
    /// program has another version.
    /// </exception>
    public static async Task<RestoreTool> FindAsync(
        IHost host, MemberSpec member, EtcdVersion version, CancellationToken cancellationToken)
    {
        Facts facts =
            await AskAsync(host, member, version, [member.BinaryPath("etcdutl", version), member.BinaryPath("etcdctl", version)],
            cancellationToken).ConfigureAwait(false);
        if (facts.Find("tool") is not { } tool) throw Missing(host, $"{member.BinDirectory}/{version}", "no etcdutl (or etcdctl up to 3.5)");
        RequireLine(host, tool, facts.Find("version") ?? "", version);
        return new RestoreTool(tool, facts.Find("bump") == "yes");
    }

    /// <summary>Checks only that etcd runs on the host, to start on existing data.</summary>
    /// <returns>A result without a tool.</returns>
    /// <exception cref="EtcdException">PackageNotFound, ArchitectureMismatch, NotEtcd.</exception>
    public static async Task<RestoreTool> RequireEtcdAsync(IHost host, MemberSpec member, EtcdVersion version, CancellationToken cancellationToken)
    {
        await AskAsync(host, member, version, ["", ""], cancellationToken).ConfigureAwait(false);
        return new RestoreTool("", CanBump: false);
    }

    private static async Task<Facts> AskAsync(IHost host, MemberSpec member, EtcdVersion version, string[] tools, CancellationToken cancellationToken)
    {
        string etcd = member.BinaryPath("etcd", version);
        var script = new HostScript(RestoreScripts.FindTool) { Arguments = [.. tools, etcd] };
        Facts facts = new([.. (await host.RunRequiredAsync("look for etcd and etcdutl", script, cancellationToken).ConfigureAwait(false))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))]);
        if (facts.Lines.FirstOrDefault(line => line[0] == "broken") is [_, var program, var why]) throw CannotRun(host, program, why);
        if (facts.Find("etcd") is not { } own) throw Missing(host, $"{member.BinDirectory}/{version}", "no etcd");
        RequireLine(host, etcd, own, version);
        return facts;
    }

    /// <summary>Refuses another version. A program that prints its version in another way than a released one is accepted.</summary>
    private static void RequireLine(IHost host, string program, string said, EtcdVersion version)
    {
        if (!EtcdVersion.TryParse(said, out EtcdVersion found) || (found.Major, found.Minor) == (version.Major, version.Minor)) return;
        throw new EtcdException(EtcdErrorIds.NotEtcd,
            $"{program} on {host.Name} is version {found}, but the cluster runs {version}.")
        {
            Target = host.Name,
            NextStep = $"Put the program of etcd {version} there, or install from a package that has it.",
        };
    }

    private static EtcdException CannotRun(IHost host, string program, string why) => new(
        EtcdErrorIds.ArchitectureMismatch, $"{program} does not run on {host.Name} (it is for another processor, or not executable): {why}.")
    {
        Target = host.Name,
        NextStep = "Put the program for that host's processor there and make it executable, or install from a package that has it.",
    };

    private static EtcdException Missing(IHost host, string place, string what) => new(
        EtcdErrorIds.PackageNotFound,
        $"{host.Name} has {what} in {place}, and a restore needs it.")
    {
        Target = host.Name,
        NextStep = "Install from a package that has it.",
    };

    /// <summary>Reads the output of the script.</summary>
    private sealed record Facts(string[][] Lines)
    {
        public string? Find(string name) => Lines.FirstOrDefault(line => line[0] == name && line.Length > 1)?[1];
    }
}
