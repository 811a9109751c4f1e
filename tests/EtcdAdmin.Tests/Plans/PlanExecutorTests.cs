using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Plans;

public sealed class PlanExecutorTests
{
    private readonly List<string> _log = [];
    private readonly PlanBuilder _plan = new("Testing", "demo");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_TwoStages_RunInOrderAndReportEveryStep()
    {
        var events = new EventRecorder();
        Add("a");
        _plan.NextStage();
        Add("b");

        await PlanExecutor.RunAsync(_plan.Build(), events, 4, Token);

        Assert.Equal(["a", "b"], _log);
        Assert.Equal(["1/2 h: a", "2/2 h: b"], events.Of<MessageEvent>().Select(e => e.Text));
        Assert.Equal(1, events.Of<ProgressEvent>().Last().Fraction);
        Assert.All(events.Of<ProgressEvent>().SkipLast(1), e => Assert.True(e.Fraction < 1));
    }

    [Fact]
    public async Task RunAsync_StepsOfOneStage_RunSideBySide()
    {
        using var both = new Barrier(2);
        Meet("a", both);
        Meet("b", both);

        await PlanExecutor.RunAsync(_plan.Build(), null, 2, Token).WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal(2, _log.Count);
    }

    [Fact]
    public async Task RunAsync_ThrottleLimitOne_NeverRunsTwoAtOnce()
    {
        int running = 0;
        for (int i = 0; i < 5; i++)
        {
            _plan.Add(new StepText(StepKind.StartMember, "h", $"{i}"), async (_, token) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            });
        }

        await PlanExecutor.RunAsync(_plan.Build(), null, 1, Token);
    }

    [Fact]
    public async Task RunAsync_CauseEndsWithoutAFullStop_IsASentenceOfItsOwn()
    {
        Add("a");
        _plan.NextStage();
        Fail("b", new EtcdException(EtcdErrorIds.MemberStartFailed, "Its log says: no such gate"));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 1, Token));

        Assert.Equal("Its log says: no such gate. All earlier steps were rolled back.", error.Message);
    }

    [Fact]
    public async Task RunAsync_StepFails_UndoesBegunStepsLastFirstAndKeepsTheCause()
    {
        Add("a");
        _plan.NextStage();
        Add("b");
        _plan.NextStage();
        Fail("c", new EtcdException(EtcdErrorIds.DiskFull, "No room.") { Target = "h", NextStep = "Make room." });
        _plan.NextStage();
        Add("d");

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, Token));

        Assert.Equal(["a", "b", "undo c", "undo b", "undo a"], _log);
        Assert.Equal(EtcdErrorIds.DiskFull, error.ErrorId);
        Assert.Equal("No room. All earlier steps were rolled back.", error.Message);
        Assert.Equal("Make room.", error.NextStep);
    }

    [Fact]
    public async Task RunAsync_OneOfSeveralFails_TheOthersEndBeforeTheRollback()
    {
        Fail("bad", new EtcdException(EtcdErrorIds.HostCommandFailed, "Bad."));
        _plan.Add(new StepText(StepKind.StartMember, "h", "slow"), async (_, token) =>
        {
            await Task.Delay(100, token);
            Write("slow ended");
        });

        await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, Token));

        Assert.Equal(["slow ended", "undo bad"], _log);
    }

    [Fact]
    public async Task RunAsync_SeveralFail_AllReasonsAreTold()
    {
        Fail("x", new EtcdException(EtcdErrorIds.PortInUse, "Port 1 taken."));
        Fail("y", new EtcdException(EtcdErrorIds.DiskFull, "Disk of n2 full."));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, Token));

        Assert.Contains("Port 1 taken.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Disk of n2 full.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_UndoFails_SaysSoAndUndoesTheRest()
    {
        var events = new EventRecorder();
        Add("a");
        _plan.NextStage();
        _plan.Add(
            new StepText(StepKind.StartMember, "h", "b"),
            (_, _) => throw new EtcdException(EtcdErrorIds.DiskFull, "No room."),
            (_, _) => throw new IOException("Gone."));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), events, 4, Token));

        Assert.Equal("No room. The other steps were rolled back. Not rolled back: 'b' on h: Gone.", error.Message);
        Assert.Equal(["a", "undo a"], _log);
        Assert.Single(events.Of<WarningEvent>());
    }

    [Fact]
    public async Task RunAsync_UndoDeclines_SaysWhatWasNotUndoneWhyAndWhatToDoNext()
    {
        var events = new EventRecorder();
        Task Decline() => Task.FromException(new StepNotUndoneException("m1 keeps its vote", "Remove m1."));
        _plan.Add(new StepText(StepKind.StartMember, "h", "a"), (_, _) => Done("a"), (_, _) => Decline());
        _plan.NextStage().Add(new StepText(StepKind.StartMember, "h2", "b"), (_, _) => Done("b"), (_, _) => Decline());
        _plan.NextStage();
        Fail("c", new EtcdException(EtcdErrorIds.DiskFull, "No room.") { NextStep = "Make room." });

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), events, 4, Token));

        Assert.Equal("No room. The other steps were rolled back. Not rolled back: 'b' on h2, 'a' on h: m1 keeps its vote.", error.Message);
        Assert.Equal("Make room. Remove m1.", error.NextStep);
        Assert.Equal(["Not undone: 'b' on h2: m1 keeps its vote. Remove m1.", "Not undone: 'a' on h: m1 keeps its vote. Remove m1."],
            events.Of<WarningEvent>().Select(e => e.Text));
    }

    [Fact]
    public async Task RunAsync_StepThatIsNeverUndone_IsNamedWhenTheOthersAreRolledBack()
    {
        _plan.Add(new StepText(StepKind.StartMember, "h", "install") { Leaves = "etcd in /opt on h" }, (_, _) => Done("install"));
        _plan.NextStage();
        Add("a");
        _plan.NextStage();
        Fail("b", new EtcdException(EtcdErrorIds.DiskFull, "No room."));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, Token));

        Assert.Equal("No room. All steps that can be undone were rolled back. Kept: etcd in /opt on h.", error.Message);
    }

    [Fact]
    public async Task RunAsync_Cancelled_UndoesAndEndsAsCancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Add("a");
        _plan.NextStage();
        _plan.Add(new StepText(StepKind.StartMember, "h", "b"), async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, stop.Token));

        Assert.Equal(["a", "undo a"], _log);
    }

    [Fact]
    public async Task RunAsync_TidyingUpFails_NothingIsRolledBack()
    {
        Add("a");
        _plan.TidyUp();
        _plan.Add(new StepText(StepKind.StartMember, "h", "b"), (_, _) => Task.FromException(new IOException("Busy.")));

        var error = await Assert.ThrowsAsync<EtcdException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, Token));

        Assert.Equal(["a"], _log);
        Assert.Equal("Busy. All earlier steps are done and are kept.", error.Message);
        Assert.Contains("by hand", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CancelledBeforeTidyingUp_IsRolledBack()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _plan.Add(new StepText(StepKind.StartMember, "h", "a"), (_, _) => stop.CancelAsync(), (_, _) => Done("undo a"));
        _plan.TidyUp();
        Add("b");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PlanExecutor.RunAsync(_plan.Build(), null, 4, stop.Token));

        Assert.Equal(["undo a"], _log);
    }

    private void Add(string name) => _plan.Add(
        new StepText(StepKind.StartMember, "h", name), (_, _) => Done(name), (_, _) => Done($"undo {name}"));

    private void Fail(string name, Exception error) => _plan.Add(
        new StepText(StepKind.StartMember, "h", name), (_, _) => Task.FromException(error), (_, _) => Done($"undo {name}"));

    private void Meet(string name, Barrier barrier) => _plan.Add(new StepText(StepKind.StartMember, "h", name), (_, token) => Task.Run(
        () =>
        {
            barrier.SignalAndWait(token);
            Write(name);
        },
        token));

    private Task Done(string what)
    {
        Write(what);
        return Task.CompletedTask;
    }

    private void Write(string what)
    {
        lock (_log) _log.Add(what);
    }
}
