# Users, roles and permissions, as operators look at them at the prompt.
BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    if (-not $missing) {
        $etcdctl = (Get-ChildItem $env:ETCDADMIN_HOME -Recurse -File -Filter etcdctl | Select-Object -First 1).FullName
        $pki = Join-Path $env:ETCDADMIN_HOME clusters/demo/pki
        function Invoke-Etcdctl {
            $env:ETCDCTL_API = '3'
            & $etcdctl --endpoints $c.Endpoints[0].AbsoluteUri.TrimEnd('/') --cacert $pki/ca.crt --cert $pki/client.crt --key $pki/client.key @args | Out-Null
            if ($LASTEXITCODE) { throw "etcdctl $args failed" }
        }
        Invoke-Etcdctl user add root:secret
        Invoke-Etcdctl role add root
        Invoke-Etcdctl user grant-role root root
        Invoke-Etcdctl user add app:secret
        Invoke-Etcdctl role add app
        Invoke-Etcdctl role grant-permission app --prefix readwrite /app/
        Invoke-Etcdctl user grant-role app app
    }
}

AfterAll { Remove-OwnHome }

Describe 'Access' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'shows users, roles and permissions' {
        (Get-EtcdUser demo).Name | Should -Be app, root
        (Get-EtcdUser demo app | Get-EtcdPermission).Keys | Should -Be '/app/*'
        (Get-EtcdCluster demo | Get-EtcdUser | Where-Object IsRoot).Name | Should -Be root
        (Get-EtcdRole demo app).Users | Should -Be app
        (Get-EtcdUser demo | Out-String -Width 80) | Should -Match 'app +app'
        (Get-EtcdRole demo | Out-String -Width 80) | Should -Match 'app +app +ReadWrite /app/\*'
        (Get-EtcdPermission demo | Out-String -Width 80) | Should -Match 'root +root +ReadWrite +all keys'
        { Get-EtcdUser demo other -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdUserNotFound,*'
        { Get-EtcdRole demo other -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdRoleNotFound,*'
    }

    It 'says whether a user may write a key, and why' {
        $inside = Test-EtcdPermission demo app /app/x
        $inside.Allowed, $inside.Enforced | Should -Be $true, $false
        $all = Get-EtcdUser demo app | Test-EtcdPermission -Prefix '' -Access Read
        $all.Allowed | Should -BeFalse
        $all.Reason | Should -BeLike "*does not allow reading all keys: ReadWrite /app/*"
        ($all | Out-String -Width 120) | Should -Match 'app +Read +all keys +no '
        { Test-EtcdPermission demo other /x -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdUserNotFound,*'
    }
}
