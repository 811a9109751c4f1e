using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Support;

/// <summary>A cluster that is installed once for the tests of a class, when the first of them asks; they leave it as they found it.</summary>
public abstract class InstalledCluster(int size) : IAsyncDisposable
{
    private Task<EtcdCluster>? _installed;

    public LocalLab Lab { get; } = new();

    /// <summary>The cluster, named demo.</summary>
    public Task<EtcdCluster> GetAsync() => _installed ??= InstallAsync();

    /// <summary>The number of its members.</summary>
    protected int Size { get; } = size;

    protected virtual Task<EtcdCluster> InstallAsync() => Lab.InstallAsync("demo", Size, "3.5");

    /// <summary>Ends a member like kill -9, and returns when it has ended; or stops and continues it.</summary>
    public async Task SignalAsync(string memberName, string signal)
    {
        MemberSpec member = (await GetAsync()).Spec!.Members.Single(found => found.Name == memberName); // installed, so it has one
        string id = (await File.ReadAllTextAsync(member.Layout.PidFile)).Trim();
        await ProcessRunner.RunAsync(new ProcessCommand("kill", [$"-{signal}", id]), CancellationToken.None);
        if (signal == "KILL") await Poll.UntilAsync(() => Task.FromResult(HasEnded(id)), CancellationToken.None);
    }

    // The process stays in the table until its parent has read its exit code (proc_pid_stat(5), state Z).
    private static bool HasEnded(string id)
    {
        try
        {
            string state = File.ReadAllText($"/proc/{id}/stat");
            return state[(state.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One member.</summary>
public sealed class OneMember() : InstalledCluster(size: 1);

/// <summary>Three members.</summary>
public sealed class ThreeMembers() : InstalledCluster(size: 3);
