using EtcdAdmin.Hosts;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>What hosts copy, keep and say where a store, a file or the host itself is not as it should be.</summary>
public sealed partial class ScheduleCopyTests
{
    [Fact]
    public async Task Run_SameNameInAnotherStore_CopiesWhatIsLeftThereToo()
    {
        await AddHost("n1").RunAsync();
        await using var other = new S3Server();
        ScheduleHost moved = AddHost("n1", options: Options with { Endpoint = other.Endpoint });

        ProcessResult result = await moved.RunAsync();

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(_store.Objects.Keys.Order(StringComparer.Ordinal), other.Objects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((2, "0"), (other.Objects.Count, moved.State("last_unsent")));
    }
}
